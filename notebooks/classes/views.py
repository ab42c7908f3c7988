"""The pages of classes: handing out, one's own handouts, and what was handed out to oneself."""

import re
import tempfile
import zipfile

from django import forms
from django.contrib import messages
from django.core.validators import validate_email
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notebooks.classes import services
from notebooks.classes.models import Copy, Handout
from notebooks.documents.exports import name_within
from notebooks.documents.services import export_notebook
from notebooks.sharing.access import Access
from notebooks.sharing.gates import at_least, caller_of
from notebooks.sharing.roles import Role
from notebooks.sharing.services import CannotShare

IN_MEMORY = 8 * 2**20


class PeopleForm(forms.Form):
    """To whom, and what is said in the letter."""

    emails = forms.CharField(
        label=gettext_lazy("Email addresses, one a line"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000
    )
    note = forms.CharField(
        label=gettext_lazy("A note for the letter"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )

    def clean_emails(self) -> list[str]:
        found = [word for word in re.split(r"[\s,;]+", str(self.cleaned_data["emails"])) if word]
        for word in found:
            try:
                validate_email(word)
            except forms.ValidationError:
                raise forms.ValidationError(_("“%(email)s” is not an email address.") % {"email": word[:100]}) from None
        return found


@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """What I have handed out, and what was handed out to me."""
    person = caller_of(request)
    context = {
        "handouts": [(one, services.progress(one)) for one in person.handouts.order_by("-at")[:100]],
        "mine": services.copies_for(person),
    }
    return render(request, "classes/classes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_least(Role.EDITOR)
def hand_out(request: HttpRequest, access: Access) -> HttpResponse:
    form = PeopleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        emails, note = form.cleaned_data["emails"], form.cleaned_data["note"]
        try:
            made = services.hand_out(caller_of(request), access.notebook, emails, note)
            return redirect("handout", made.pk)
        except (services.CannotHandOut, CannotShare) as problem:
            form.add_error("emails", str(problem))
    context = {"notebook": access.notebook, "form": form}
    return render(request, "classes/hand_out.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def handout(request: HttpRequest, handout_id: int) -> HttpResponse:
    """Who has done what; posting hands out to more people, collects, or gives back."""
    found = get_object_or_404(Handout.objects.select_related("notebook"), pk=handout_id, teacher=caller_of(request))
    form = PeopleForm()
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action != "add":
            return _act(request, found, action)
        form = PeopleForm(request.POST)
        if form.is_valid() and _add(found, form):
            return redirect("handout", found.pk)
    context = {"handout": found, "rows": services.progress(found), "form": form}
    return render(request, "classes/handout.html", context, status=422 if form.is_bound else 200)


def _add(found: Handout, form: PeopleForm) -> bool:
    try:
        services.add_people(found, form.cleaned_data["emails"], form.cleaned_data["note"])
    except (services.CannotHandOut, CannotShare) as problem:
        form.add_error("emails", str(problem))
        return False
    return True


def _act(request: HttpRequest, found: Handout, action: str) -> HttpResponse:
    if action == "collect all":
        count = services.collect(found.copies.all())
        messages.success(request, _("Collected: %(count)d.") % {"count": count})
    elif action in {"collect", "give back"}:
        copy = get_object_or_404(
            Copy.objects.select_related("notebook"), handout=found, email=request.POST.get("email")
        )
        if action == "collect":
            services.collect([copy])
        else:
            services.give_back(copy)
    else:
        raise Http404("There is no such action.")
    return redirect("handout", found.pk)


@require_POST
def download(request: HttpRequest, handout_id: int) -> HttpResponseBase:
    """All copies as they are now, in one zip archive."""
    found = get_object_or_404(Handout, pk=handout_id, teacher=caller_of(request))
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    taken: set[str] = set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for copy in found.copies.exclude(notebook=None).select_related("notebook").order_by("email"):
            assert copy.notebook
            archive.writestr(
                name_within("copies", copy.email, taken), export_notebook(copy.notebook, is_commented=True)
            )
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="copies.zip")


@require_POST
def finish(request: HttpRequest, copy_id: int) -> HttpResponse:
    if not services.finish(caller_of(request), copy_id, request.POST.get("is_finished") != "no"):
        raise Http404("There is no such copy.")
    return redirect("classes")
