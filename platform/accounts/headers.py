"""The headers that tell a browser what our pages may do, and that nobody else may keep them."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

REFUSED = ("camera", "geolocation", "microphone", "midi", "payment", "serial", "usb")
# A picture of the screen goes along with feedback, when a person asks for one.
PERMISSIONS_POLICY = ", ".join([*(f"{feature}=()" for feature in REFUSED), "display-capture=(self)"])


class SecurityHeaders:
    """Adds what a view did not say itself: a policy for its content, and that no cache may keep it.

    Django's SecurityMiddleware adds the rest (nosniff, Referrer-Policy, Strict-Transport-Security).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.path != "/":  # an address may carry the key of a share
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if "public" not in response.headers["Cache-Control"]:
            patch_vary_headers(response, ["Cookie"])
        return response


def content_security_policy() -> str:
    """Everything comes from us; pictures may come from any secure address, because notebooks show them."""
    sockets = " ".join(origin.replace("http", "ws", 1) for origin in settings.TOMONI_ORIGINS)
    directives = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob: https:",
        "media-src": "'self' data: blob:",
        "connect-src": f"'self' {sockets}",
        "font-src": "'self'",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": " ".join(["'self'", *sign_in_origins()]),
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def sign_in_origins() -> list[str]:
    """Where the forms behind "Sign in with …" lead: browsers hold a redirect to `form-action` as well."""
    google = [settings.GOOGLE_AUTHORIZE_URL] if settings.GOOGLE_CLIENT_ID else []
    school = [settings.OIDC_SERVER_URL, *settings.OIDC_ORIGINS] if settings.OIDC_CLIENT_ID else []
    addresses = [urlsplit(address) for address in (*google, *school) if address]
    return list(dict.fromkeys(f"{address.scheme}://{address.netloc}" for address in addresses))
