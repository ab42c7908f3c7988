"""What organizations allow their members; who belongs to several may what all of them allow."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower

from accounts.models import Domain, Membership, Organization, User


@dataclass(frozen=True, slots=True)
class Policy:
    """The strictest of a person's organizations; None is no limit."""

    may_share_outside: bool = True
    may_share_by_link: bool = True
    runtime_types: frozenset[str] | None = None
    networks: frozenset[str] | None = None
    default_type: str = ""


def opens_new(user: User) -> Organization | None:
    """The organization to which a new notebook of this person is open, if one of theirs says so and none forbids it."""
    ours = Organization.objects.filter(memberships__user=user).exclude(new_notebooks="").order_by("pk")
    return next((one for one in ours if not forbids(user, one)), None)


def policy_of(user: User) -> Policy:
    ours = list(Organization.objects.filter(memberships__user=user).order_by("pk"))
    return Policy(
        may_share_outside=all(one.may_share_outside for one in ours),
        may_share_by_link=all(one.may_share_by_link for one in ours),
        runtime_types=_in_all(one.runtime_types for one in ours),
        networks=_in_all(one.networks for one in ours),
        default_type=next((one.default_type for one in ours if one.default_type), ""),
    )


def forbids(user: User, organization: Organization) -> bool:
    """Whether another organization of the person forbids to share with this one, whose members are outsiders to it."""
    others = Organization.objects.filter(memberships__user=user, may_share_outside=False)
    return others.exclude(pk=organization.pk).exists()


def outsiders(user: User, emails: Iterable[str]) -> set[str]:
    """Those of these addresses (in lower case) to which an organization of the person forbids sharing.

    Inside are the addresses that members have proved, and all of the organization's domains.
    """
    strict = Organization.objects.filter(memberships__user=user, may_share_outside=False)
    found: set[str] = set()
    wanted = set(emails)
    for organization in strict:
        domains = set(Domain.objects.filter(organization=organization).exclude(verified_at=None).values_list("name"))
        names = {name for (name,) in domains}
        members = Membership.objects.filter(organization=organization).values("user")
        proved = EmailAddress.objects.filter(user__in=members, verified=True).annotate(lower=Lower("email"))
        inside = set(proved.filter(lower__in=wanted).values_list("lower", flat=True))
        found |= {email for email in wanted - inside if email.rpartition("@")[2] not in names}
    return found


def _in_all(limits: Iterable[list[str]]) -> frozenset[str] | None:
    """What is in all of these lists that limit anything."""
    real = [frozenset(limit) for limit in limits if limit]
    return frozenset.intersection(*real) if real else None
