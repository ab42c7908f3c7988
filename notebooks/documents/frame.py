"""The page inside a sandboxed output frame: empty but for our program, and nobody's, whoever opens it.

Its own policy makes its origin opaque even when it is opened directly, so what runs in it has no cookies, no storage,
no way to this site's data and none to the page around it. The page is the same for all, and needs no sign-in.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

CACHE_SECONDS = 60


@require_safe
def sandbox_frame(request: HttpRequest) -> HttpResponse:
    response = render(request, "notebooks/frame.html")
    response.headers["Content-Security-Policy"] = content_security_policy()
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    return response


def content_security_policy() -> str:
    """`'self'` means nothing to an opaque origin, so our own files are named by address."""
    ours = " ".join(f"{origin}{settings.STATIC_URL}" for origin in settings.TOMONI_ORIGINS)
    elsewhere = " https:" if settings.TOMONI_FRAME_HTTPS else ""
    directives = {
        "sandbox": "allow-scripts allow-popups allow-downloads",
        "default-src": "'none'",
        "script-src": f"{ours} 'unsafe-inline' 'unsafe-eval' blob:{elsewhere}",
        "style-src": f"{ours} 'unsafe-inline'{elsewhere}",
        "img-src": f"{ours} data: blob:{elsewhere}",
        "media-src": f"data: blob:{elsewhere}",
        "font-src": f"{ours} data:{elsewhere}",
        "connect-src": f"data: blob:{elsewhere}",
        "frame-src": f"data: blob:{elsewhere}",
        "worker-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(settings.TOMONI_ORIGINS),
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
