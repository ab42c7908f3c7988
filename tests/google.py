"""A local OpenID Connect provider in Google's place: the library oidc-provider-mock, in a process of its own."""

import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import requests

from tests.running import free_port


@dataclass(frozen=True)
class Provider:
    """A running provider that knows the people it is told about, by their `sub`."""

    address: str

    def knows(
        self, sub: str, email: str, *, email_verified: bool = True, name: str = "Ada Lovelace", **more: str
    ) -> None:
        claims: dict[str, str | bool] = {"email": email, "email_verified": email_verified, "name": name, **more}
        requests.put(f"{self.address}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def approve(self, authorize_address: str, sub: str) -> str:
        """Press the provider's button as `sub`; the address that it sends the browser back to."""
        answer = requests.post(authorize_address, data={"sub": sub}, allow_redirects=False, timeout=10)
        return answer.headers["Location"]

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a platform that takes this for Google."""
        return {
            "GOOGLE_CLIENT_ID": "tomoni-tests",
            "GOOGLE_CLIENT_SECRET": "a secret between us",
            "GOOGLE_AUTHORIZE_URL": f"{self.address}/oauth2/authorize",
            "GOOGLE_TOKEN_URL": f"{self.address}/oauth2/token",
            "GOOGLE_USERINFO_URL": f"{self.address}/userinfo",
            "GOOGLE_CERTS_URL": f"{self.address}/jwks",
            "GOOGLE_ID_TOKEN_ISSUER": self.address,
        }


@contextlib.contextmanager
def running_provider() -> Iterator[Provider]:
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        provider = Provider(f"http://localhost:{port}")
        _wait_for(provider)
        yield provider
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(provider: Provider) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{provider.address}/jwks", timeout=2).close()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
