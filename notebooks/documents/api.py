"""The REST API: what it is made of, and how it says no."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from notebooks.comments.api import router as comments
from notebooks.comments.services import CannotComment, NoComment
from notebooks.documents.api_content import router as content
from notebooks.documents.api_copies import router as copies
from notebooks.documents.api_drive import router as drive
from notebooks.documents.api_notebooks import router as notebooks
from notebooks.documents.api_runtimes import router as runtimes
from notebooks.documents.api_secrets import router as secrets
from notebooks.documents.api_usage import router as usage
from notebooks.documents.cells import BadNotebook
from notebooks.documents.copies import IsFrozen
from notebooks.documents.services import BadName
from notebooks.documents.storage import StorageFull
from notebooks.history.api import router as revisions
from notebooks.history.restoring import CannotRestore, NoRevision
from notebooks.sharing.access import NoAccess, NotAllowed
from notebooks.sharing.api import router as shares
from notebooks.sharing.gates import SignedIn
from notebooks.sharing.limits import TooOften
from notebooks.sharing.services import CannotShare, NoGrant
from runtimes.allocation.choosing import TypeRefused
from runtimes.allocation.kernels import UnknownKernel
from runtimes.allocation.services import QuotaReached
from runtimes.userdata.services import BadSecret, NoSecret

api = NinjaAPI(
    title="Tomoni",
    version="1",
    description=(
        "Sign in with the session cookie (and its CSRF token), or send `Authorization: Bearer` with a personal access "
        "token. Every refusal is `{code, message}`; the message is a sentence for a person."
    ),
    auth=SignedIn(),
)
api.add_router("/notebooks", notebooks)
api.add_router("/notebooks", content)
api.add_router("/notebooks", copies)
api.add_router("/notebooks", shares)
api.add_router("/notebooks", comments)
api.add_router("/notebooks", revisions)
api.add_router("/notebooks", drive)
api.add_router("/notebooks", secrets)
api.add_router("/runtimes", runtimes)
api.add_router("/usage", usage)


def refusal(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message}, status=status)


def refuse_with(status: int, code: str) -> Callable[[HttpRequest, Exception | type[Exception]], HttpResponse]:
    """A handler for exceptions whose text a person may read."""
    return lambda request, problem: refusal(request, status, code, str(problem))


for kind, status, code in (
    (NotAllowed, 403, "not-allowed"),
    (NoAccess, 404, "not-found"),
    (NoRevision, 404, "not-found"),
    (CannotRestore, 422, "cannot-restore"),
    (BadName, 422, "bad-name"),
    (CannotShare, 422, "cannot-share"),
    (CannotComment, 422, "cannot-comment"),
    (BadSecret, 422, "bad-secret"),
    (IsFrozen, 403, "frozen"),
    (QuotaReached, 409, "quota-reached"),
    (StorageFull, 409, "storage-full"),
    (TypeRefused, 409, "type-refused"),
    (UnknownKernel, 409, "no-kernel"),
):
    api.add_exception_handler(kind, refuse_with(status, code))


@api.exception_handler(BadNotebook)
def bad_notebook(request: HttpRequest, problem: BadNotebook) -> HttpResponse:
    return refusal(request, 422, "bad-notebook", problem.say(_))


@api.exception_handler(NoComment)
def no_comment(request: HttpRequest, problem: NoComment) -> HttpResponse:
    return refusal(request, 404, "not-found", _("This comment does not exist any more."))


@api.exception_handler(Http404)
@api.exception_handler(NoGrant)
@api.exception_handler(NoSecret)
def nothing_here(request: HttpRequest, problem: Exception) -> HttpResponse:
    return refusal(request, 404, "not-found", "There is nothing here, or it is not shared with you.")


@api.exception_handler(TooOften)
def too_often(request: HttpRequest, problem: TooOften) -> HttpResponse:
    response = refusal(request, 429, "too-often", str(problem))
    response.headers["Retry-After"] = str(problem.seconds)
    return response


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    return refusal(request, 401, "not-signed-in", "Sign in first, or send an access token.")


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, problem: HttpError) -> HttpResponse:
    sentence = (
        "The CSRF token is missing or out of date: reload the page." if problem.status_code == 403 else str(problem)
    )
    return refusal(request, problem.status_code, "bad-request", sentence)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    first = problem.errors[0]
    place = ".".join(
        str(step) for step in first["loc"] if step not in ("body", "query", "path", "file", "form", "data")
    )
    return refusal(request, 422, "invalid", f"“{place}”: {first['msg']}.")
