"""Joining and leaving an organization."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outgoing
from accounts.credentials import digest_of, new_secret
from accounts.models import Departure, Domain, Invitation, Membership, Organization, User

LIFETIME = timedelta(days=14)  # of an invitation
ADMIN = Membership.Role.ADMIN.value
# Who gets mail at these looks after the domain; certificate authorities ask the same ones.
KEEPERS = ("postmaster", "hostmaster", "webmaster", "admin", "administrator")


class CannotJoin(Exception):
    """Nobody joins in this way; the text says why."""


class CannotLeave(Exception):
    """The organization would be left without an administrator."""


def invite(organization: Organization, by: User, email: str, role: str) -> Invitation:
    """Invite the person who has this address, by a letter to it; an older invitation of theirs ends."""
    email, secret = email.lower(), new_secret()
    Invitation.objects.open().filter(organization=organization, email=email).update(revoked_at=Now())
    made = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        digest=digest_of(secret),
        by=by,
        most=1,
        expires_at=timezone.now() + LIFETIME,
    )
    words = {"sender": by.display_name, "organization": organization.name, "address": address_of(secret)}
    subject = _("%(sender)s invites you to %(organization)s") % words
    outgoing.write(email, subject, render_to_string("organizations/email/invitation.txt", words | {"email": email}))
    return made


def make_link(organization: Organization, by: User, most: int | None = None) -> tuple[Invitation, str]:
    """An invitation for whoever gets its address, which is told this once."""
    secret = new_secret()
    made = Invitation.objects.create(
        organization=organization, digest=digest_of(secret), by=by, most=most, expires_at=in_two_weeks()
    )
    return made, address_of(secret)


def in_two_weeks() -> datetime:
    """When an invitation ends."""
    return timezone.now() + LIFETIME


def address_of(secret: str) -> str:
    return str(settings.TOMONI_ADDRESS + reverse("join_organization", args=[secret]))


def invitation_for(secret: str) -> Invitation | None:
    return Invitation.objects.open().filter(digest=digest_of(secret)).select_related("organization", "by").first()


@transaction.atomic
def accept(secret: str, user: User) -> Organization:
    """Join by an invitation; raises CannotJoin. Of many who race for the last place one gets it."""
    invitation = invitation_for(secret)
    if invitation is None:
        raise CannotJoin(_("This invitation was used, taken back, or is too old."))
    if invitation.email and not proves(user, invitation.email):
        raise CannotJoin(
            _("This invitation is for %(email)s. Sign in with that address.") % {"email": invitation.email}
        )
    if Membership.objects.filter(user=user, organization=invitation.organization).exists():
        return invitation.organization
    if not Invitation.objects.open().filter(pk=invitation.pk).update(used=F("used") + 1):
        raise CannotJoin(_("This invitation was used, taken back, or is too old."))
    join(invitation.organization, user, invitation.role)
    Departure.objects.filter(organization=invitation.organization, user=user).delete()
    return invitation.organization


def proves(user: User, email: str) -> bool:
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())


def join(organization: Organization, user: User, role: str = Membership.Role.MEMBER.value) -> None:
    Membership.objects.get_or_create(organization=organization, user=user, defaults={"role": role})


def join_by_domain(user: User) -> None:
    """Make the person a member wherever an address that they have proved is in the organization's domain."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    domains = {email.rpartition("@")[2].lower() for email in proved}
    for domain in Domain.objects.filter(name__in=domains).exclude(verified_at=None).select_related("organization"):
        if not Departure.objects.filter(organization=domain.organization, user=user).exists():
            join(domain.organization, user)


@transaction.atomic
def leave(membership: Membership) -> None:
    """End a membership; raises CannotLeave for the last administrator."""
    keep_an_administrator(membership)
    Departure.objects.get_or_create(organization=membership.organization, user=membership.user)
    membership.delete()


@transaction.atomic
def change_role(membership: Membership, role: str) -> None:
    if role != ADMIN:
        keep_an_administrator(membership)
    Membership.objects.filter(pk=membership.pk).update(role=role)


def keep_an_administrator(leaving: Membership) -> None:
    """Raises CannotLeave if there is no other. The organization is locked, so that two cannot go at once."""
    Organization.objects.select_for_update().get(pk=leaving.organization_id)
    others = Membership.objects.filter(organization=leaving.organization_id, role=ADMIN, user__is_active=True)
    if leaving.role == ADMIN and not others.exclude(pk=leaving.pk).exists():
        raise CannotLeave(_("Make somebody else an administrator first."))


def claim_domain(organization: Organization, name: str, keeper: str) -> Domain:
    """Ask who looks after the mail of `name` whether it is the organization's; raises CannotJoin if it is another's."""
    if keeper not in KEEPERS or Domain.objects.filter(name=name).exclude(verified_at=None).exists():
        raise CannotJoin(_("This domain cannot be added."))
    secret = new_secret()
    values = {"digest": digest_of(secret), "asked_at": timezone.now()}
    domain, _made = Domain.objects.update_or_create(organization=organization, name=name, defaults=values)
    address = settings.TOMONI_ADDRESS + reverse("verify_domain", args=[secret])
    words = {"organization": organization.name, "domain": name, "address": address}
    subject = _("Does %(domain)s belong to %(organization)s?") % words
    outgoing.write(f"{keeper}@{name}", subject, render_to_string("organizations/email/domain.txt", words))
    return domain


def verify_domain(secret: str) -> Domain | None:
    """The domain is shown to be the organization's: those who have an address in it join. None for a wrong secret."""
    domain = Domain.objects.filter(digest=digest_of(secret)).select_related("organization").first()
    if domain is None or domain.verified_at:
        return domain
    try:
        with transaction.atomic():
            Domain.objects.filter(pk=domain.pk).update(verified_at=Now())
    except IntegrityError:
        return None  # another organization has shown it first
    theirs = EmailAddress.objects.filter(email__iendswith=f"@{domain.name}", verified=True, user__is_active=True)
    for address in theirs.select_related("user"):
        join_by_domain(address.user)
    return domain
