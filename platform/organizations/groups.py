"""Groups of an organization's members, with which notebooks are shared."""

from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import record
from accounts.freshness import freshly
from accounts.models import Group, GroupMember, Organization
from notebooks.sharing.groups import delete_group, group_changed
from organizations.forms import GroupForm, GroupMembersForm
from organizations.gates import for_administrators

PER_PAGE = 50


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """All of them; posting makes another."""
    form = GroupForm(request.POST if request.method == "POST" else None, instance=Group(organization=organization))
    if request.method == "POST" and _is_saved(form):
        record(request, "group.made", form.instance, organization=organization)
        return redirect("organization_group", organization.slug, form.instance.pk)
    found = organization.groups.annotate(people=Count("places")).order_by("name")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"organization": organization, "page": page, "form": form}
    return render(request, "organizations/groups.html", context, status=422 if form.is_bound else 200)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, organization: Organization, group: int) -> HttpResponseBase:
    """Who is in it; posting gives it another name."""
    found = get_object_or_404(Group, pk=group, organization=organization)
    if request.method != "POST":
        return _show(request, found)
    form = GroupForm(request.POST, instance=found)
    if not _is_saved(form):
        found.refresh_from_db()
        return _show(request, found, 422, form=form)
    record(request, "group.renamed", found, organization=organization)
    return redirect("organization_group", organization.slug, found.pk)


@for_administrators
@require_POST
def add_members(request: HttpRequest, organization: Organization, group: int) -> HttpResponseBase:
    found = get_object_or_404(Group, pk=group, organization=organization)
    form = GroupMembersForm(organization, request.POST)
    if not form.is_valid():
        return _show(request, found, 422, members_form=form)
    added = form.cleaned_data["emails"]
    GroupMember.objects.bulk_create([GroupMember(group=found, membership=one) for one in added], ignore_conflicts=True)
    group_changed(found)
    record(request, "group.members_added", found, organization=organization, people=[one.user_id for one in added])
    return redirect("organization_group", organization.slug, found.pk)


@for_administrators
@require_POST
def remove_member(request: HttpRequest, organization: Organization, group: int) -> HttpResponseBase:
    found = get_object_or_404(Group, pk=group, organization=organization)
    place = request.POST.get("place", "")
    leaving = found.places.filter(pk=place if place.isdecimal() and len(place) < 18 else 0).select_related("membership")
    gone = leaving.first()
    if gone:
        gone.delete()
        group_changed(found)
    person = gone.membership.user_id if gone else None
    record(request, "group.member_removed", found, organization=organization, person=person)
    return redirect("organization_group", organization.slug, found.pk)


@for_administrators
@require_POST
@freshly
def delete(request: HttpRequest, organization: Organization, group: int) -> HttpResponseBase:
    found = get_object_or_404(Group, pk=group, organization=organization)
    record(request, "group.deleted", found, organization=organization)
    delete_group(found)
    return redirect("organization_groups", organization.slug)


def _is_saved(form: GroupForm) -> bool:
    """Also against somebody who makes a group of the same name at this moment."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("name", form.error_of_same_name)
        return False
    return True


def _show(request: HttpRequest, group: Group, status: int = 200, **more: object) -> HttpResponseBase:
    organization = group.organization
    places = group.places.select_related("membership__user").order_by("membership__user__email")
    context = {
        "organization": organization,
        "group": group,
        "page": Paginator(places, PER_PAGE).get_page(request.GET.get("page")),
        "form": GroupForm(instance=group),
        "members_form": GroupMembersForm(organization),
    }
    return render(request, "organizations/group.html", context | more, status=status)
