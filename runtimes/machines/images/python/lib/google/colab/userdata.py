"""Secrets: values that their owner keeps in the *Secrets* panel and grants to notebooks there."""

from ._platform import NotDone, call


class SecretNotFoundError(Exception):
    """You have no secret of this name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Secret {key} does not exist. Add it in the Secrets panel, at the left.")


class NotebookAccessError(Exception):
    """There is such a secret, and this notebook may not have it."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Notebook does not have access to secret {key}. Switch on its notebook access in the Secrets panel."
        )


class TimeoutException(Exception):
    """The platform did not answer."""


def get(key: str) -> str:
    """The value of a secret. Raises SecretNotFoundError, NotebookAccessError and TimeoutException."""
    try:
        return str(call("secret", name=key)["value"])
    except NotDone as problem:
        match problem.code:
            case "no-secret":
                raise SecretNotFoundError(key) from None
            case "not-granted":
                raise NotebookAccessError(key) from None
        raise
    except OSError as problem:
        raise TimeoutException(f"The platform could not be asked for secret {key}: {problem}") from None
