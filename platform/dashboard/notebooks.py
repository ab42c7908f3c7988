"""Notebooks by size and activity: what can be told without looking into them, freezing one, and breaking the glass."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Length
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.freshness import freshly
from accounts.models import AuditEntry, User
from dashboard.forms import NotebooksForm, ReasonForm
from notebooks.collaboration.models import Document, DocumentUpdate
from notebooks.documents.models import Notebook
from notebooks.sharing.freezing import freeze, look_into, unfreeze
from notebooks.sharing.models import Grant, Sharing
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import LIVE
from runtimes.execution.models import BlobUse, Execution

PER_PAGE = 50
LATEST = 20
ORDERS = {"size": "-bytes", "activity": "-changed_at", "runs": "-runs"}


@staff_only
@require_safe
def notebooks(request: HttpRequest) -> HttpResponseBase:
    form = NotebooksForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    found = measured(Notebook.objects.select_related("owner"))
    if words := values.get("q", "").strip():
        found = found.filter(Q(name__icontains=words) | Q(owner__email__icontains=words))
    if values.get("frozen"):
        found = found.exclude(frozen_at=None)
    order = ORDERS.get(values.get("order", ""), "-changed_at")
    page = Paginator(found.order_by(order, "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboard/notebooks.html", {"page": page, "form": form})


@staff_only
@require_safe
def notebook(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    found = _found(identity)
    entries = AuditEntry.objects.filter(subject_kind="notebook", subject=str(found.pk)).order_by("-at")
    context = {
        "notebook": found,
        "sharing": Sharing.objects.filter(notebook=found).first(),
        "people": Grant.objects.filter(notebook=found).count(),
        "copies": found.copies.count(),
        "runtimes": Runtime.objects.filter(audience=str(found.pk)).select_related("type", "owner")[:LATEST],
        "live": LIVE,
        "entries": entries[:LATEST],
        "form": ReasonForm(),
    }
    return render(request, "dashboard/notebook.html", context)


def measured(found: QuerySet[Notebook]) -> QuerySet[Any]:
    """With the bytes that each takes, text and large results, and how often it was run."""
    document = Document.objects.filter(pk=OuterRef("pk")).values(size=Length("snapshot"))
    log = _sum(DocumentUpdate.objects.filter(document=OuterRef("pk"), epoch=F("document__epoch")), Length("data"))
    identity = Cast(OuterRef("pk"), TextField())
    blobs = _sum(BlobUse.objects.filter(audience=identity), F("blob__size"))
    runs = Execution.objects.filter(audience=identity).order_by().values("audience").annotate(n=Count("pk"))
    size = Coalesce(Subquery(document[:1], output_field=IntegerField()), 0) + log + blobs
    return found.annotate(bytes=size, runs=Coalesce(Subquery(runs.values("n")), 0))


def _sum(rows: QuerySet[Any], what: Any) -> Coalesce:
    one = rows.order_by().annotate(all=Value(1)).values("all").annotate(total=Sum(what)).values("total")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


def _act(view: Callable[[HttpRequest, Notebook, str], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Something done about a notebook, which takes a reason."""

    def acting(request: HttpRequest, identity: UUID) -> HttpResponseBase:
        form = ReasonForm(request.POST)
        found = get_object_or_404(Notebook, pk=identity)
        if not form.is_valid():
            messages.error(request, _("Say why: it is written into the audit log."))
            return render(request, "dashboard/refused_notebook.html", {"notebook": found}, status=422)
        return view(request, found, form.cleaned_data["reason"])

    return staff_only(require_POST(freshly(acting)))


@_act
def freeze_notebook(request: HttpRequest, found: Notebook, reason: str) -> HttpResponseBase:
    freeze(found, reason)
    record(request, "notebook.frozen", found, reason=reason, owner=found.owner.email)
    messages.success(request, _("The notebook is frozen."))
    return redirect("dashboard_notebook", found.pk)


@_act
def unfreeze_notebook(request: HttpRequest, found: Notebook, reason: str) -> HttpResponseBase:
    unfreeze(found)
    record(request, "notebook.unfrozen", found, reason=reason, owner=found.owner.email)
    messages.success(request, _("The notebook can be worked on again."))
    return redirect("dashboard_notebook", found.pk)


@_act
def break_glass(request: HttpRequest, found: Notebook, reason: str) -> HttpResponseBase:
    """Look into it for an hour, as somebody who may view it."""
    assert isinstance(request.user, User)
    record(request, "notebook.looked_into", found, reason=reason, owner=found.owner.email)
    look_into(found, request.user, reason)
    return redirect("notebook", found.pk)


def _found(identity: UUID) -> Any:
    return get_object_or_404(measured(Notebook.objects.select_related("owner")), pk=identity)
