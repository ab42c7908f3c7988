"""Signing in to Google Cloud, as far as that can be done without Google's own notebooks."""

import json
import os
from pathlib import Path

from . import userdata

SECRET = "GOOGLE_APPLICATION_CREDENTIALS"  # noqa: S105 - a name, both of the secret and of the variable
PLACE = Path("/root/.config/gcloud/application_default_credentials.json")
EXPLANATION = f"""\
This platform is not Google's: it knows who you are, and holds no credentials of your Google account.
What works is a service account, or the file that `gcloud auth application-default login` writes on your own computer:
keep its JSON in the Secrets panel under the name {SECRET}, grant it to this notebook, and run this cell again.
Google's client libraries then find it by themselves."""


def authenticate_user(clear_output: bool = True, project_id: str | None = None) -> None:
    """Give Google's client libraries the credentials that you keep as a secret; says how, where there are none."""
    try:
        value = userdata.get(SECRET)
    except (userdata.SecretNotFoundError, userdata.NotebookAccessError):
        raise RuntimeError(EXPLANATION) from None
    json.loads(value)  # says what is wrong with it while it can still be seen why
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(PLACE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(value)
    os.environ[SECRET] = str(PLACE)
    if project_id:
        os.environ["GOOGLE_CLOUD_PROJECT"] = project_id


def authenticate_service_account(clear_output: bool = True) -> None:
    """The same: a service account is what is kept as the secret."""
    authenticate_user(clear_output)
