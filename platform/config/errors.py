"""What a person sees when a page fails: a sentence, what is safe, and an id to give to whoever helps them."""

import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.logs import request_id
from config.unavailable import AGAIN_AFTER, AWAY

log = logging.getLogger("tomoni.errors")
API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, "bad-request", _("The server did not understand this request."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, "forbidden", _("You may not do this with the account that you are signed in with."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "not-found", _("There is nothing here, or it is not shared with you."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _(
        "This form is out of date or came from another site. Nothing was changed: reload the page and try again."
    )
    return answer(request, 403, "csrf", sentence, detail=reason)


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exception(), AWAY):
        return unavailable(request)
    sentence = _("Something went wrong on our side. What was saved is safe; try again in a moment.")
    return answer(request, 500, "server-error", sentence, exc_info=True)


def unavailable(request: HttpRequest) -> HttpResponse:
    sentence = _("The platform cannot reach its database right now. What was saved is safe; try again in a moment.")
    refused = answer(request, 503, "unavailable", sentence, exc_info=True)
    refused["Retry-After"] = AGAIN_AFTER
    return refused


def answer(
    request: HttpRequest, status: int, code: str, sentence: str, *, detail: str = "", **logged: Any
) -> HttpResponse:
    """The refusal as JSON or as a page. The log has the same support id, with what happened."""
    support = request_id()
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(level, "support id %s: %s %s %s %s", support, status, request.method, request.path, detail, **logged)
    if request.path.startswith(API):
        return JsonResponse({"code": code, "message": sentence, "support": support}, status=status)
    context = {"status": status, "sentence": sentence, "support": support}
    # After a crash nothing is asked of the session or the database, for one of them may be what crashed.
    page = render_to_string("error.html", context, None if status >= 500 else request)
    return HttpResponse(page, status=status)
