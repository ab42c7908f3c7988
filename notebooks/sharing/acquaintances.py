"""Whom somebody is offered while they type an address: colleagues, and those they have shared with before.

Nothing is told that they do not know already: an address that they once gave a role is shown without a name until its
owner has opened what was shared.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Membership, User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant

MOST = 8


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody who can be named; the name is empty where it is not known."""

    email: str
    name: str = ""


def acquaintances(viewer: User, start: str, besides: Notebook) -> list[Acquaintance]:
    """Those whose name or address begins with `start`, who have no role in `besides` yet; colleagues first."""
    if not start.strip():
        return []
    there = Grant.objects.filter(notebook=besides).values("email")
    colleagues = _colleagues(viewer, start).exclude(pk=besides.owner_id).annotate(lower=Lower("email"))
    found = {person.email.lower(): person.display_name for person in colleagues.exclude(lower__in=there)[:MOST]}
    past = _shared_with(viewer, start).exclude(email__in=there).exclude(email=besides.owner.email.lower())
    for grant in past.exclude(email=viewer.email.lower())[:MOST]:
        found.setdefault(grant["email"], grant["name"] or "")
    return [Acquaintance(email, name) for email, name in found.items()][:MOST]


def _colleagues(viewer: User, start: str) -> QuerySet[User]:
    """Active members of the viewer's organizations, besides the viewer."""
    ours = Membership.objects.filter(user=viewer).values("organization")
    is_colleague = Exists(Membership.objects.filter(user=OuterRef("pk"), organization__in=ours))
    people = User.objects.filter(is_colleague, _begins(start, "name", "email"), is_active=True).exclude(pk=viewer.pk)
    return people.order_by("name", "email")


def _shared_with(viewer: User, start: str) -> QuerySet[Grant, Any]:
    """Addresses to which the viewer gave a role, each once, with the name that was learnt."""
    opened = Grant.objects.filter(by=viewer, email=OuterRef("email")).exclude(opened_at=None)
    people = User.objects.annotate(lower=Lower("email")).filter(Exists(opened.filter(email=OuterRef("lower"))))
    named = people.filter(lower=OuterRef("email")).values("name")[:1]
    grants = Grant.objects.filter(by=viewer).annotate(name=named).filter(_begins(start, "name", "email"))
    return grants.order_by("email").values("email", "name").distinct()


def _begins(start: str, name: str, email: str) -> Q:
    """Any word of a name may be meant, of an address its beginning."""
    return (
        Q(**{f"{name}__istartswith": start})
        | Q(**{f"{name}__icontains": f" {start}"})
        | Q(**{f"{email}__istartswith": start})
    )
