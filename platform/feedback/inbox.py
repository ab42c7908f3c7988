"""The inbox of those who answer, below `/dashboard/feedback/`."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.models import User
from accounts.tables import csv_rows
from feedback import services
from feedback.forms import AnswerForm, AssignForm, FilterForm, LinkForm
from feedback.models import Feedback, State

PER_PAGE = 50
COLUMNS = ("number", "created", "kind", "state", "sender", "assignee", "duplicate of", "page", "text")


@staff_only
@require_safe
def inbox(request: HttpRequest) -> HttpResponseBase:
    form = FilterForm(request.GET)
    rows = _filtered(form).annotate(alike=Count("duplicates")).select_related("sender", "assignee", "original")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/inbox.html", {"page": page, "form": form})


@staff_only
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """What is listed, as CSV that no spreadsheet takes for formulas."""
    rows = _filtered(FilterForm(request.POST)).select_related("sender", "assignee")
    record(request, "feedback.exported", rows=rows.count())
    response = StreamingHttpResponse(csv_rows(COLUMNS, _lines(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="feedback.csv"'
    return response


@staff_only
@require_safe
def item(request: HttpRequest, number: int) -> HttpResponseBase:
    return _show(request, _get(number))


def _act(view: Callable[[HttpRequest, Feedback], HttpResponseBase | None]) -> Callable[..., HttpResponseBase]:
    """One of the forms on a message's page: back to the page afterwards, or the page that the form makes."""

    def acting(request: HttpRequest, number: int) -> HttpResponseBase:
        return view(request, _get(number)) or redirect("feedback_item", number)

    return staff_only(require_POST(acting))


@_act
def answer(request: HttpRequest, row: Feedback) -> HttpResponseBase | None:
    """An answer to the sender or, by the other button, a note among the team."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, row, answer_form=form, status=422)
    assert isinstance(request.user, User)
    is_note = request.POST.get("action") == "note"
    (services.note if is_note else services.answer)(row, request.user, form.cleaned_data["text"])
    record(request, "feedback.noted" if is_note else "feedback.answered", row)
    said = _("The note is kept.") if is_note else _("The answer is on its way.")
    messages.success(request, said if is_note or row.email else _("The answer can be read by its sender."))
    return None


@_act
def assign(request: HttpRequest, row: Feedback) -> HttpResponseBase | None:
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _show(request, row, assign_form=form, status=422)
    assignee = form.cleaned_data["assignee"]
    Feedback.objects.filter(pk=row.pk).update(assignee=assignee)
    record(request, "feedback.assigned", row, to=assignee.email if assignee else None)
    return None


@_act
def move(request: HttpRequest, row: Feedback) -> HttpResponseBase | None:
    """Close it, or open it again."""
    state = State.CLOSED if request.POST.get("action") == "close" else State.OPEN
    Feedback.objects.filter(pk=row.pk).update(state=state.value)
    record(request, f"feedback.{state.value}", row)
    return None


@_act
def link(request: HttpRequest, row: Feedback) -> HttpResponseBase | None:
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            services.link(row, form.number())
        except services.BadFeedback as problem:
            form.add_error("original", str(problem))
    if not form.is_valid():
        return _show(request, row, link_form=form, status=422)
    record(request, "feedback.linked", row, to=form.number())
    return None


def _get(number: int) -> Feedback:
    rows = Feedback.objects.select_related("sender", "assignee", "original", "screenshot")
    return get_object_or_404(rows, pk=number)


def _show(request: HttpRequest, row: Feedback, status: int = 200, **forms: Any) -> HttpResponseBase:
    context = {
        "feedback": row,
        "remarks": row.remarks.select_related("author"),
        "diagnostics": json.dumps(row.diagnostics, indent=2, ensure_ascii=False) if row.diagnostics else "",
        "duplicates": row.duplicates.order_by("pk")[:100],
        "answer_form": AnswerForm(),
        "assign_form": AssignForm(initial={"assignee": row.assignee}),
        "link_form": LinkForm(initial={"original": row.original.name if row.original else ""}),
    }
    return render(request, "feedback/item.html", context | forms, status=status)


def _filtered(form: FilterForm) -> QuerySet[Feedback]:
    rows = Feedback.objects.order_by("-pk").defer("diagnostics", "content", "log")
    wanted = form.cleaned_data if form.is_valid() else {}
    for name in ("state", "kind", "assignee"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if words := wanted.get("q"):
        number = words.strip().upper().removeprefix("F-")
        by_number = Q(pk=int(number)) if number.isdecimal() and len(number) <= 12 else Q()
        rows = rows.filter(Q(text__icontains=words) | Q(email__icontains=words) | by_number)
    return rows


def _lines(rows: QuerySet[Feedback]) -> Iterator[tuple[object, ...]]:
    for row in rows.iterator():
        yield (
            row.name,
            row.created_at.isoformat(),
            row.kind,
            row.state,
            row.sender.email if row.sender else row.email,
            row.assignee.email if row.assignee else "",
            f"F-{row.original_id}" if row.original_id else "",
            row.page,
            row.text,
        )
