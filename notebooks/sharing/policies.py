"""A policy of an organization that has become stricter ends what it no longer allows."""

from django.db import transaction

from accounts.models import Organization
from accounts.policies import forbids, outsiders, policy_of
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant, GroupGrant, Scope, Sharing, Visit
from notebooks.sharing.services import access_changed, lock


@transaction.atomic
def apply(organization: Organization) -> int:
    """End links, and roles of people outside, in notebooks of its members where it says so; how many notebooks."""
    changed = 0
    for notebook in Notebook.objects.filter(owner__memberships__organization=organization).select_related("owner"):
        if _without_links(notebook) | _without_outsiders(notebook) | _without_other_organizations(notebook):
            access_changed(notebook)
            changed += 1
    return changed


def _without_links(notebook: Notebook) -> bool:
    is_open = Sharing.objects.filter(notebook=notebook, scope=Scope.LINK.value)
    if policy_of(notebook.owner).may_share_by_link or not is_open.exists():
        return False
    lock(notebook)
    Visit.objects.filter(notebook=notebook).delete()
    return bool(is_open.update(scope=Scope.RESTRICTED.value, key=""))


def _without_outsiders(notebook: Notebook) -> bool:
    grants = Grant.objects.filter(notebook=notebook)
    outside = outsiders(notebook.owner, set(grants.values_list("email", flat=True)))
    return bool(outside and grants.filter(email__in=outside).delete()[0])


def _without_other_organizations(notebook: Notebook) -> bool:
    """To an organization that is strict the other ones of an owner are outside, and so are their groups."""
    opened = Sharing.objects.filter(notebook=notebook, scope=Scope.ORGANIZATION.value).select_related("organization")
    ended = 0
    for sharing in opened:
        if sharing.organization and forbids(notebook.owner, sharing.organization):
            ended += opened.update(scope=Scope.RESTRICTED.value, organization=None)
    for grant in GroupGrant.objects.filter(notebook=notebook).select_related("group__organization"):
        if forbids(notebook.owner, grant.group.organization):
            ended += grant.delete()[0]
    return bool(ended)
