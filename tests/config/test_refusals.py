"""The platform does not answer anybody on settings that would betray them."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from config.refusals import Safety, refusals

SAFE = Safety(
    is_debug=False,
    secret_key="k" * 50,
    address="https://lab.example",
    is_http_allowed=False,
    google_addresses=("https://accounts.google.com/o/oauth2/v2/auth", "http://localhost:9400/oauth2/token"),
)


def test_safe_settings_are_accepted():
    assert refusals(SAFE) == []


@pytest.mark.parametrize("key", ["", "short", "insecure: only for tests and for asking `manage.py` for help"])
def test_a_missing_or_known_key_is_refused_by_name(key):
    assert "TOMONI_SECRET_KEY" in refusals(replace(SAFE, secret_key=key))[0]
    assert refusals(replace(SAFE, secret_key=key, is_debug=True)) == []


def test_an_address_without_encryption_is_refused_unless_allowed_by_name():
    open_to_all = replace(SAFE, address="http://lab.example")
    assert "TOMONI_ALLOW_HTTP=1" in refusals(open_to_all)[0]
    assert refusals(replace(open_to_all, is_http_allowed=True)) == []


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_this_machine_needs_no_encryption(address):
    assert refusals(replace(SAFE, address=address)) == []


def test_google_is_not_believed_over_an_open_line():
    assert "GOOGLE_" in refusals(replace(SAFE, google_addresses=("http://accounts.example/token",)))[0]


def test_a_web_process_ends_with_the_sentence():
    environment = {name: value for name, value in os.environ.items() if name != "TOMONI_SECRET_KEY"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    started = subprocess.run(
        [sys.executable, "-c", "import config.asgi"], env=environment, capture_output=True, text=True, check=False
    )
    assert started.returncode == 1
    assert started.stderr.strip().splitlines()[-1].startswith("tomoni: TOMONI_SECRET_KEY is missing")
