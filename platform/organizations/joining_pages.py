"""Pages for people who are not, or not yet, administrators: what one belongs to, joining, leaving."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import joining
from accounts.audit import record
from accounts.models import Membership, Organization
from accounts.views import person
from organizations.forms import NameForm


@require_http_methods(["GET", "HEAD", "POST"])
def organizations(request: HttpRequest) -> HttpResponseBase:
    """What one belongs to; whoever may, makes another."""
    user = person(request)
    may_make = user.is_staff or settings.TOMONI_ORGANIZATIONS_OPEN
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_make:
            raise Http404
        if form.is_valid():
            made = Organization.objects.create(name=form.cleaned_data["name"])
            joining.join(made, user, joining.ADMIN)
            record(request, "organization.created", made, organization=made)
            return redirect("organization", made.slug)
    memberships = user.memberships.select_related("organization").order_by("organization__name")
    context = {"memberships": memberships, "form": form if may_make else None, "admin": joining.ADMIN}
    return render(request, "organizations/mine.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponseBase:
    """GET only shows who invites: mail scanners fetch addresses."""
    if request.method != "POST":
        invitation = joining.invitation_for(secret)
        status = 200 if invitation else 410
        return render(request, "organizations/join.html", {"invitation": invitation}, status=status)
    try:
        organization = joining.accept(secret, person(request))
    except joining.CannotJoin as problem:
        return render(request, "organizations/join.html", {"problem": str(problem)}, status=422)
    messages.success(request, _("You belong to %(name)s now.") % {"name": organization.name})
    return redirect("organizations")


@require_POST
def leave(request: HttpRequest, membership: int) -> HttpResponseBase:
    mine = get_object_or_404(Membership.objects.select_related("organization"), pk=membership, user=request.user.pk)
    try:
        joining.leave(mine)
    except joining.CannotLeave as problem:
        messages.error(request, str(problem))
    return redirect("organizations")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_domain(request: HttpRequest, secret: str) -> HttpResponseBase:
    """For who looks after a domain's mail, with the link in the letter to them; they need no account."""
    if request.method != "POST":
        return render(request, "organizations/domain_question.html")
    domain = joining.verify_domain(secret)
    context = {"is_done": True, "domain": domain}
    return render(request, "organizations/domain_question.html", context, status=200 if domain else 410)
