"""A browser without a screen: cookies, forms with their token, and how long the platform takes to answer."""

import json
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60  # seconds


class Browser:
    """Somebody at one platform. After each request `took` says how many milliseconds the answer needed."""

    def __init__(self, address: str, cookie: str = "") -> None:
        self.address = address
        self.took = 0.0
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._headers = {"Origin": address, "Referer": f"{address}/"} | ({"Cookie": cookie} if cookie else {})

    def get(self, path: str) -> tuple[int, str]:
        """The status and the address at which one ends."""
        return self._open(path)

    def fill(self, path: str, words: dict[str, str]) -> tuple[int, str]:
        """Open the page of a form, and send it filled in; `took` is of the sending alone."""
        self._open(path)
        token = next(cookie.value for cookie in self._jar if cookie.name.endswith("-csrf")) or ""
        return self._open(path, urlencode({**words, "csrfmiddlewaretoken": token}).encode())

    def send_json(self, path: str, body: Any, **headers: str) -> tuple[int, str]:
        return self._open(path, json.dumps(body).encode(), **{"Content-Type": "application/json"} | headers)

    def _open(self, path: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.address + path, data, self._headers | headers)
        begun = time.perf_counter()
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                answer.read()
                return answer.status, answer.geturl()
        except urllib.error.HTTPError as refusal:
            with refusal:
                refusal.read()
            return refusal.code, path
        finally:
            self.took = (time.perf_counter() - begun) * 1000
