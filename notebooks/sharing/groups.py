"""Sharing a notebook with groups of an organization: whoever is in one at that moment has the role, without an end."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Group, User
from accounts.policies import forbids
from notebooks.documents.models import Notebook
from notebooks.sharing.models import GroupGrant
from notebooks.sharing.services import CannotShare, NoGrant, access_changed, check_role, lock


@transaction.atomic
def share_with_group(notebook: Notebook, group_id: int, role: str, by: User) -> None:
    """Give everybody in a group a role; raises CannotShare for one that is not of an organization of both."""
    lock(notebook)
    check_role(role)
    group = offered_groups(notebook, by).filter(pk=group_id).first()
    if group is None:
        raise CannotShare(_("A notebook can be shared only with groups of an organization of its owner."))
    if forbids(notebook.owner, group.organization):
        raise CannotShare(_("Another organization of its owner does not allow sharing outside."))
    GroupGrant.objects.update_or_create(
        notebook=notebook, group=group, defaults={"role": role}, create_defaults={"role": role, "by": by}
    )
    access_changed(notebook)


@transaction.atomic
def change_group(notebook: Notebook, grant_id: int, role: str) -> None:
    """Give a group that has access another role; raises NoGrant or CannotShare."""
    lock(notebook)
    check_role(role)
    if not GroupGrant.objects.filter(notebook=notebook, pk=grant_id).update(role=role):
        raise NoGrant
    access_changed(notebook)


@transaction.atomic
def remove_group(notebook: Notebook, grant_id: int) -> None:
    """Take a group's access away; raises NoGrant."""
    lock(notebook)
    if not GroupGrant.objects.filter(notebook=notebook, pk=grant_id).delete()[0]:
        raise NoGrant
    access_changed(notebook)


def offered_groups(notebook: Notebook, viewer: User) -> QuerySet[Group]:
    """Those of organizations of the owner, as far as they are the viewer's as well."""
    theirs = Group.objects.filter(organization__members=notebook.owner)
    return theirs.filter(organization__members=viewer).select_related("organization").order_by("name", "pk")


def delete_group(group: Group) -> None:
    """There is no such group any more, and what was shared with it is not."""
    notebooks = [grant.notebook for grant in GroupGrant.objects.filter(group=group).select_related("notebook")]
    group.delete()
    for notebook in notebooks:
        access_changed(notebook)


def group_changed(group: Group) -> None:
    """Somebody came into a group or left it: pages and machines of what is shared with it follow."""
    for grant in GroupGrant.objects.filter(group=group).select_related("notebook"):
        access_changed(grant.notebook)
