"""Sharing a notebook with people, and telling open pages when a role changes.

Whoever calls these has been found to be allowed to (`gates.MayShare`, or the owner). Each locks the notebook's row, so
that two changes at once queue up.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.models import User
from accounts.policies import outsiders
from notebooks.documents.models import Notebook
from notebooks.sharing import letters, machines
from notebooks.sharing.models import Grant, GroupGrant, Letter, Sharing, Visit
from notebooks.sharing.roles import GRANTED, Role

logger = logging.getLogger(__name__)

MOST_PEOPLE = 1000


class CannotShare(Exception):
    """The notebook cannot be shared as asked; the text says why, and nothing was changed."""


class NoGrant(Exception):
    """This person is not, or no longer, among those with access."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody gets, and until when."""

    role: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """People to whom a person gives a role, and whether they get a letter with a note about it."""

    by: User
    emails: Iterable[str]
    terms: Terms
    is_told: bool = False
    note: str = ""


@transaction.atomic
def set_shares(
    notebook: Notebook,
    wanted: Mapping[str, str],
    *,
    by: User | None = None,
    expiries: Mapping[str, datetime | None] | None = None,
) -> None:
    """Make `wanted` (email address to role) the whole list of grants; raises CannotShare and changes nothing.

    The owner may be in the list as owner, and stays it in any case.
    """
    lock(notebook)
    expiries = expiries or {}
    people = {_address(email): Terms(role, expiries.get(email)) for email, role in wanted.items()}
    mine = addresses_of(notebook.owner)
    for email in mine & people.keys():
        if people.pop(email).role != Role.OWNER:
            raise CannotShare(_("%(email)s owns this notebook and stays its owner.") % {"email": email})
    Grant.objects.filter(notebook=notebook).exclude(email__in=people).delete()
    _grant(notebook, people, by)
    access_changed(notebook)


@transaction.atomic
def invite(notebook: Notebook, invitation: Invitation) -> None:
    """Give people a role, whether or not they have an account; who has one already gets the new terms.

    The answer is the same for every address, and so is the work: who shares learns nothing about accounts.
    """
    lock(notebook)
    emails = {_address(email) for email in invitation.emails} - addresses_of(notebook.owner)
    _grant(notebook, dict.fromkeys(emails, invitation.terms), invitation.by)
    if invitation.is_told:
        for email in sorted(emails):
            letters.owe(notebook, Letter.Kind.SHARED, sender=invitation.by, to=email, note=invitation.note)
    access_changed(notebook)


@transaction.atomic
def change_grant(notebook: Notebook, grant_id: int, terms: Terms) -> None:
    """Give somebody who has access another role or another end; raises NoGrant or CannotShare."""
    lock(notebook)
    grant = _grant_of(notebook, grant_id)
    _check(terms, was_until=grant.expires_at)
    Grant.objects.filter(pk=grant.pk).update(role=terms.role, expires_at=terms.expires)
    access_changed(notebook)


@transaction.atomic
def remove_grant(notebook: Notebook, grant_id: int) -> None:
    """Take somebody's access away; raises NoGrant."""
    lock(notebook)
    _grant_of(notebook, grant_id).delete()
    access_changed(notebook)


@transaction.atomic
def stop_sharing(notebook: Notebook) -> None:
    """From now on the notebook is its owner's alone."""
    lock(notebook)
    Grant.objects.filter(notebook=notebook).delete()
    GroupGrant.objects.filter(notebook=notebook).delete()
    Visit.objects.filter(notebook=notebook).delete()
    Sharing.objects.filter(notebook=notebook).update(scope="restricted", key="", organization=None)
    access_changed(notebook)


@transaction.atomic
def let_editors_share(notebook: Notebook, allowed: bool) -> None:
    """Whether editors may share the notebook as its owner may."""
    Sharing.objects.update_or_create(notebook=notebook, defaults={"may_editors_share": allowed})
    access_changed(notebook)


@transaction.atomic
def transfer_ownership(notebook: Notebook, owner: User, grant_id: int) -> None:
    """Make somebody who has access, and has shown that they exist, the owner; the old owner becomes an editor."""
    if lock(notebook).owner_id != owner.pk:
        raise CannotShare(_("Only its owner can give a notebook to somebody else."))
    grant = _grant_of(notebook, grant_id)
    address = EmailAddress.objects.filter(email__iexact=grant.email, verified=True, user__is_active=True).first()
    if grant.opened_at is None or address is None:
        raise CannotShare(_("Somebody can become the owner once they have opened the notebook."))
    heir = address.user
    Grant.objects.filter(notebook=notebook, email__in=addresses_of(heir)).delete()
    Notebook.objects.filter(pk=notebook.pk).update(owner=heir)
    kept = Grant.objects.create(notebook=notebook, email=_proved_address(owner), role=Role.EDITOR.value, by=heir)
    Grant.objects.filter(pk=kept.pk).update(opened_at=kept.at)
    letters.owe(notebook, Letter.Kind.OWNER, sender=owner, to=grant.email)
    access_changed(notebook)


def announce(notebook: Notebook, message: dict[str, Any]) -> None:
    """Hint to every process that has `notebook` open, once the transaction commits."""
    transaction.on_commit(partial(_send, f"notebook.{notebook.pk}", message))


def access_changed(notebook: Notebook) -> None:
    """Stop the machines of those who lost the right to run, and have open pages ask for their role."""
    machines.stop_where_the_right_is_gone(notebook)
    announce(notebook, {"type": "notebook.access"})


def addresses_of(user: User) -> set[str]:
    """The addresses by which this person would be shared with, in lower case."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {user.email.lower(), *(email.lower() for email in proved)}


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    assert layer is not None
    try:
        async_to_sync(layer.group_send)(group, message)
    except (RedisError, OSError):
        logger.warning("Redis is away: %s will see %s at its next look.", group, message["type"])


def lock(notebook: Notebook) -> Notebook:
    """Let nobody else change how it is shared until this transaction ends; raises CannotShare for a playground."""
    locked = Notebook.objects.select_for_update().get(pk=notebook.pk)
    if locked.is_playground:
        raise CannotShare(_("A playground is yours alone: copy it to your notebooks first, then share the copy."))
    return locked


def _grant(notebook: Notebook, people: Mapping[str, Terms], by: User | None) -> None:
    present = {grant.email: grant for grant in Grant.objects.filter(notebook=notebook)}
    if len(present.keys() | people.keys()) > MOST_PEOPLE:
        raise CannotShare(_("A notebook can be shared with %(most)d people by name.") % {"most": MOST_PEOPLE})
    _keep_inside(notebook, people.keys() - present.keys())
    for email, terms in people.items():
        _check(terms, was_until=present[email].expires_at if email in present else None)
    Grant.objects.bulk_create(
        [Grant(notebook=notebook, email=e, role=t.role, expires_at=t.expires, by=by) for e, t in people.items()],
        update_conflicts=True,
        update_fields=["role", "expires_at"],
        unique_fields=["notebook", "email"],
    )


def _keep_inside(notebook: Notebook, emails: Iterable[str]) -> None:
    """What an organization of the owner says about people outside."""
    if outside := outsiders(notebook.owner, emails):
        names = {"email": ", ".join(sorted(outside)[:5])}
        raise CannotShare(_("The organization of its owner does not allow sharing outside: %(email)s.") % names)


def check_role(role: str) -> None:
    """Raises CannotShare for what is no role that one can give."""
    if role not in GRANTED:
        raise CannotShare(
            _("“%(role)s” is not a role one can give; choose viewer, commenter or editor.") % {"role": role}
        )


def _check(terms: Terms, *, was_until: datetime | None = None) -> None:
    check_role(terms.role)
    if terms.expires and terms.expires <= timezone.now() and terms.expires != was_until:
        raise CannotShare(_("Access can only end in the future."))


def _grant_of(notebook: Notebook, grant_id: int) -> Grant:
    grant = Grant.objects.filter(notebook=notebook, pk=grant_id).first()
    if grant is None:
        raise NoGrant
    return grant


def _address(email: str) -> str:
    """`email` as grants name it; raises CannotShare if it is none."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise CannotShare(_("“%(email)s” is not an email address.") % {"email": email.strip()[:100]}) from None
    return address


def _proved_address(user: User) -> str:
    mine = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return (mine.email if mine else user.email).lower()
