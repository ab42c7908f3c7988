"""One-time sign-in links: how the first administrator gets in, and anybody whom an administrator helps."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.credentials import digest_of, new_secret
from accounts.models import SignInLink, User


class LinkNotUsable(Exception):
    """The link is wrong, was used, or is more than a day old."""


def make_sign_in_link(user: User) -> str:
    """The path of a new link; only the digest of its secret is kept."""
    secret = new_secret()
    SignInLink.objects.create(user=user, digest=digest_of(secret))
    return reverse("sign_in_link", args=[secret])


def sign_in_by_link(request: HttpRequest, secret: str) -> User:
    """Sign the link's person in and use the link up. Of two who race, one gets in."""
    link = SignInLink.objects.usable().filter(digest=digest_of(secret)).select_related("user").first()
    # Its own columns alone: PostgreSQL does not ask a joined condition again after it has waited for another.
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()):
        raise LinkNotUsable
    login(request, link.user, backend="django.contrib.auth.backends.ModelBackend")
    UserSession.objects.create_from_request(request)  # as allauth does for every other way to sign in
    return link.user


@transaction.atomic
def create_administrator(email: str) -> User:
    """A person who may do everything; whoever starts the server vouches for their address."""
    user = User.objects.create_superuser(email, name="Administrator")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
