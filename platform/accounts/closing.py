"""Closing an account: at once, and opened again by who closed it; after some days it is deleted (`accounts.ending`)."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outgoing
from accounts.credentials import digest_of, new_secret
from accounts.ending import call
from accounts.models import Closing, Membership, SignInLink, User


class CannotClose(Exception):
    """Others would be left with nobody to look after them; the text says who has to step in first."""


def check(user: User) -> None:
    """Raises CannotClose for who has to hand over first."""
    if user.is_staff:
        raise CannotClose(_("Administrators hand their right to somebody else first."))
    admin = Membership.Role.ADMIN.value
    for membership in user.memberships.filter(role=admin).select_related("organization"):
        others = membership.organization.memberships.exclude(user=user)
        if others.exists() and not others.filter(role=admin, user__is_active=True).exists():
            name = membership.organization.name
            raise CannotClose(_("Make somebody else an administrator of %(name)s first.") % {"name": name})


@transaction.atomic
def close(user: User) -> Closing:
    """Sign the person out everywhere and let nobody in any more; nothing is deleted before the time is up."""
    check(user)
    secret, due = new_secret(), timezone.now() + timedelta(days=settings.TOMONI_CLOSING_DAYS)
    closing = Closing.objects.create(user=user, digest=digest_of(secret), due_at=due)
    User.objects.filter(pk=user.pk).update(is_active=False)
    for session in UserSession.objects.filter(user=user):
        session.end()
    SignInLink.objects.filter(user=user).delete()
    call(settings.TOMONI_AT_CLOSING, user)
    address = settings.TOMONI_ADDRESS + reverse("reopen_account", args=[secret])
    words = {"address": address, "due": due, "email": user.email}
    subject = _("Your Tomoni account is closed")
    outgoing.write(user.email, subject, render_to_string("account/email/closed.txt", words))
    return closing


def withdraw_link(user: User) -> None:
    """From now on only an administrator can let this person in again, if they have closed their account."""
    Closing.objects.filter(user=user).update(digest=digest_of(new_secret()))


@transaction.atomic
def reopen(secret: str) -> User | None:
    """Let the person in again; None when the secret is wrong or the time is up."""
    closing = Closing.objects.select_for_update().filter(digest=digest_of(secret), due_at__gt=Now()).first()
    if closing is None:
        return None
    user = closing.user
    User.objects.filter(pk=user.pk).update(is_active=True)
    closing.delete()
    return user
