"""Of which comments somebody hears by mail, and the address in each letter at which they say so without signing in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User
from notebooks.comments.models import Wish

SALT = "comments.wishes"


def wish_of(person: User) -> Wish.Which:
    wish = Wish.objects.filter(person=person).first()
    return Wish.Which(wish.which) if wish else Wish.Which.ALL


def wish(person: User, which: Wish.Which) -> None:
    Wish.objects.update_or_create(person=person, defaults={"which": which.value})


def address_of(person: User) -> str:
    """Where this person chooses; whoever has the address may choose for them, and see nothing."""
    return settings.TOMONI_ADDRESS + reverse("comment_mail_of", args=[signing.dumps(person.pk, salt=SALT)])


def person_of(token: str) -> User | None:
    """Whose address this is."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=SALT), is_active=True).first()
    except signing.BadSignature:
        return None
