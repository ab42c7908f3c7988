"""What our pages tell the browser to forbid and not to keep (P62, P65, P70)."""

import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.headers import SecurityHeaders, content_security_policy

pytestmark = pytest.mark.django_db

PAGES = ["/", "/accounts/login/", "/accounts/signup/", "/healthz", "/nowhere", "/accounts/"]


@pytest.mark.parametrize("path", PAGES)
def test_p62_every_page_forbids_foreign_scripts_frames_and_bases(as_grace, path):
    policy = as_grace.get(path)["Content-Security-Policy"]
    for directive in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert f"{directive};" in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert "form-action 'self';" in policy


@pytest.mark.parametrize("path", PAGES)
def test_p70_no_page_may_be_kept_or_sniffed(as_grace, path):
    answer = as_grace.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_sockets_may_only_go_to_our_own_addresses(settings):
    settings.TOMONI_ORIGINS = ["https://lab.example", "http://localhost:8000"]
    assert "connect-src 'self' wss://lab.example ws://localhost:8000;" in content_security_policy()


def test_sound_and_film_of_outputs_may_be_carried_along_but_come_from_nowhere_else():
    assert "media-src 'self' data: blob:;" in content_security_policy()


def test_forms_may_lead_to_google_once_it_is_configured(google):
    assert f"form-action 'self' {google.address};" in content_security_policy()


def test_what_a_view_says_itself_stays():
    said = {"Content-Security-Policy": "sandbox", "Cache-Control": "public, max-age=60", "Permissions-Policy": "usb=*"}
    answer = SecurityHeaders(lambda request: HttpResponse(headers=said))(RequestFactory().get("/"))
    assert {name: answer[name] for name in said} == said
    assert "Vary" not in answer


def test_p65_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, grace):
    client.post("/accounts/login/", {"login": grace.email, "password": "correct horse battery"})
    cookie = client.cookies["tomoni-session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


def test_p65_on_https_cookies_are_secure_and_bound_to_the_host():
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_SECURE")
    told = f"[getattr(settings, name) for name in {names}], settings.SECURE_HSTS_SECONDS"
    program = f"from config import settings\nprint({told})"
    environment = os.environ | {"TOMONI_ADDRESS": "https://lab.example", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout == ("['__Host-tomoni-session', '__Host-tomoni-csrf', '__Host-tomoni-language', True] 31536000\n")
