"""The page of the trash."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notebooks.documents import services
from notebooks.documents.trash import delete_for_ever, empty_trash, trashed_notebooks
from notebooks.sharing.access import access_trashed
from notebooks.sharing.gates import caller_of


@require_http_methods(["GET", "HEAD", "POST"])
def trash(request: HttpRequest) -> HttpResponse:
    """What I have thrown away; posting restores one of it, or deletes one or all of it for ever."""
    if request.method == "POST":
        return _change(request, request.POST.get("action", ""))
    context = {"trashed": trashed_notebooks(caller_of(request)), "days": int(settings.TOMONI_TRASH_DAYS)}
    return render(request, "trash.html", context)


def _change(request: HttpRequest, action: str) -> HttpResponse:
    if action == "empty":
        empty_trash(caller_of(request))
        messages.success(request, _("The trash was emptied."))
        return redirect("trash")
    notebook = access_trashed(request.user, request.POST.get("notebook", ""))
    name = {"name": notebook.name}
    if action == "restore":
        services.restore_notebook(notebook)
        messages.success(request, _("“%(name)s” is back.") % name)
        return redirect("home")
    if action != "delete":
        raise Http404("There is no such action.")
    delete_for_ever(notebook)
    messages.success(request, _("“%(name)s” was deleted.") % name)
    return redirect("trash")
