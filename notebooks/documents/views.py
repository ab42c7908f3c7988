"""The pages of notebooks: home, the editor, the forms of home, and downloads."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.liking import preferences_of
from notebooks.classes.services import without_copies
from notebooks.documents import names, responses, services
from notebooks.documents.about import about
from notebooks.documents.cells import BadNotebook
from notebooks.documents.examples import EXAMPLES, open_example
from notebooks.documents.storage import StorageFull
from notebooks.sharing.access import Access, visible_notebooks
from notebooks.sharing.gates import at_least, by_link, caller_of
from notebooks.sharing.openings import note_opening
from notebooks.sharing.roles import Role
from runtimes.allocation.allowances import allowance

IPYNB = "application/x-ipynb+json"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My notebooks; for those who have not signed in, what this is."""
    if not request.user.is_authenticated:
        return render(request, "landing.html")
    return _show_home(request, error=services.too_large().say(_) if request.GET.get("refused") == "too-large" else "")


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    try:
        notebook = services.create_notebook(caller_of(request))
    except StorageFull as problem:
        return _show_home(request, error=str(problem), status=409)
    return redirect("notebook", notebook.pk)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _show_home(request, error=_("Choose a notebook file to upload."))
    if file.size is not None and file.size > settings.TOMONI_IMPORT_MAX_BYTES:
        return _show_home(request, error=services.too_large().say(_), status=413)
    try:
        notebook = services.import_notebook(caller_of(request), file.name or "", file.read())
    except BadNotebook as problem:
        return _show_home(request, error=f"{file.name}: {problem.say(_)}")
    except StorageFull as problem:
        return _show_home(request, error=str(problem), status=409)
    return redirect("notebook", notebook.pk)


@require_POST
@at_least(Role.EDITOR)
def rename(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        services.rename_notebook(access.notebook, request.POST.get("name", ""))
    except services.BadName as problem:
        return _show_home(request, error=str(problem))
    return redirect("home")


@require_POST
@at_least(Role.OWNER)
def trash(request: HttpRequest, access: Access) -> HttpResponse:
    services.trash_notebook(access.notebook)
    said = _("“%(name)s” is in the trash now.") % {"name": access.notebook.name}
    messages.success(request, said, extra_tags=f"trashed {access.notebook.pk}")
    return redirect("home")


@require_GET
@by_link
@at_least(Role.VIEWER)
def editor(request: HttpRequest, access: Access) -> HttpResponse:
    note_opening(access, caller_of(request))
    context = {"notebook": access.notebook, "boot": _boot(request, access)}
    return render(request, "editor.html", context)


@require_safe
@at_least(Role.VIEWER)
def download(request: HttpRequest, access: Access) -> HttpResponse:
    return ipynb_file(request, access)


@require_safe
@at_least(Role.VIEWER)
def original(request: HttpRequest, access: Access) -> HttpResponse:
    """The file that was uploaded, byte for byte, where reading it changed anything."""
    found = services.original_file(access.notebook)
    if found is None:
        raise Http404("The upload was read as it is, or there was none.")
    filename, body = found
    return responses.attachment(responses.compressed(request, body, IPYNB), filename)


@require_GET
def example(request: HttpRequest, name: str) -> HttpResponse:
    """One of our own notebooks, in a copy to play with."""
    return redirect("notebook", open_example(caller_of(request), name, get_language() or "en").pk)


def ipynb_file(request: HttpRequest, access: Access) -> HttpResponse:
    """The notebook as a download, with its comments if `?comments=1` asks for them."""
    body = services.export_notebook(access.notebook, is_commented=request.GET.get("comments") == "1")
    return ipynb_response(request, access.notebook.name, body)


def ipynb_response(request: HttpRequest, name: str, body: bytes) -> HttpResponse:
    return responses.attachment(responses.compressed(request, body, IPYNB), names.with_suffix(name))


def _show_home(request: HttpRequest, error: str = "", status: int = 422) -> HttpResponse:
    visible = visible_notebooks(request.user)
    context = {
        "allowance": allowance(caller_of(request)),
        "notebooks": without_copies(
            access.notebook for access in visible if access.notebook.owner_id == request.user.pk
        ),
        "shared": [access for access in visible if access.notebook.owner_id != request.user.pk],
        "examples": EXAMPLES,
        "error": error,
    }
    return render(request, "home.html", context, status=status if error else 200)


def _boot(request: HttpRequest, access: Access) -> dict[str, Any]:
    """What the editor has to know before it has asked for anything."""
    user = caller_of(request)
    return {
        **about(access),
        "user": {"id": user.pk, "name": user.display_name, "email": user.email},
        "locale": get_language(),
        "theme": user.theme,
        "settings": preferences_of(user),
        "build": settings.TOMONI_BUILD,
        "csrf": get_token(request),
        "notices": services.import_notices(access.notebook),
    }
