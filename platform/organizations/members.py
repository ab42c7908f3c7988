"""Members and invitations of an organization."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import joining
from accounts.audit import record
from accounts.freshness import freshly
from accounts.models import Invitation, Membership, Organization
from accounts.views import person
from organizations.forms import InvitationForm, LinkForm
from organizations.gates import for_administrators

PER_PAGE = 50


@for_administrators
@require_safe
def members(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return show(request, organization)


def show(request: HttpRequest, organization: Organization, status: int = 200, **more: object) -> HttpResponseBase:
    words = request.GET.get("q", "").strip()
    found = organization.memberships.select_related("user").order_by("role", "user__email")
    if words:
        found = found.filter(Q(user__email__icontains=words) | Q(user__name__icontains=words))
    context = {
        "organization": organization,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "roles": Membership.Role.choices,
        "invitations": Invitation.objects.open().filter(organization=organization).order_by("-created_at"),
        "invitation_form": InvitationForm(),
        "link_form": LinkForm(auto_id="link_%s"),
    }
    return render(request, "organizations/members.html", context | more, status=status)


@for_administrators
@require_POST
def invite(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return show(request, organization, 422, invitation_form=form)
    emails, recent = form.cleaned_data["emails"], timezone.now() - timedelta(hours=1)
    already = Invitation.objects.filter(organization=organization, created_at__gt=recent).exclude(email="").count()
    if already + len(emails) > settings.TOMONI_INVITATIONS_PER_HOUR:
        form.add_error("emails", _("That is more than can be invited in one hour. Use a link, or go on later."))
        return show(request, organization, 429, invitation_form=form)
    for email in emails:
        joining.invite(organization, person(request), email, form.cleaned_data["role"])
    role = form.cleaned_data["role"]
    record(request, "member.invited", organization, organization=organization, emails=emails, role=role)
    messages.success(request, _("The invitations are on their way."))
    return redirect("organization", organization.slug)


@for_administrators
@require_POST
def make_link(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    form = LinkForm(request.POST, auto_id="link_%s")
    if not form.is_valid():
        return show(request, organization, 422, link_form=form)
    made, address = joining.make_link(organization, person(request), form.cleaned_data["most"])
    record(request, "invitation.link_made", made, organization=organization, most=made.most)
    return show(request, organization, address=address)


@for_administrators
@require_POST
def revoke(request: HttpRequest, organization: Organization, invitation: int) -> HttpResponseBase:
    found = get_object_or_404(Invitation.objects.open(), pk=invitation, organization=organization)
    Invitation.objects.filter(pk=found.pk).update(revoked_at=timezone.now())
    record(request, "invitation.revoked", found, organization=organization)
    return redirect("organization", organization.slug)


@for_administrators
@require_POST
@freshly
def change_role(request: HttpRequest, organization: Organization, membership: int) -> HttpResponseBase:
    found = get_object_or_404(Membership.objects.select_related("user"), pk=membership, organization=organization)
    role = request.POST.get("role", "")
    if role not in Membership.Role.values:
        return show(request, organization, 422)
    try:
        joining.change_role(found, role)
    except joining.CannotLeave as problem:
        return show(request, organization, 422, problem=str(problem))
    record(request, "member.role_changed", found.user, organization=organization, role=role)
    return redirect("organization", organization.slug)


@for_administrators
@require_POST
@freshly
def remove(request: HttpRequest, organization: Organization, membership: int) -> HttpResponseBase:
    found = get_object_or_404(Membership.objects.select_related("user"), pk=membership, organization=organization)
    try:
        joining.leave(found)
    except joining.CannotLeave as problem:
        return show(request, organization, 422, problem=str(problem))
    record(request, "member.removed", found.user, organization=organization)
    if found.user_id == request.user.pk:
        return redirect("organizations")
    return redirect("organization", organization.slug)
