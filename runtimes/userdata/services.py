"""What people do with their secrets, and what code in their machines may ask."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from runtimes.userdata.models import NAME_LENGTH, DriveGrant, Secret, SecretGrant
from runtimes.userdata.sealing import CannotUnseal, seal, unseal

NAME = re.compile(rf"[^\s\x00-\x1f\x7f]{{1,{NAME_LENGTH}}}")
MOST = 100
LONGEST = 64 * 1024


class BadSecret(Exception):
    """The sentence says what is wrong with it."""


class NoSecret(LookupError):
    """This person has no secret of this name."""


class NotGranted(PermissionError):
    """There is one, and this notebook may not have it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A secret without its value."""

    name: str
    granted: bool


def list_secrets(owner: User, audience: str) -> list[Listed]:
    granted = Exists(SecretGrant.objects.filter(secret=OuterRef("pk"), audience=audience))
    rows = Secret.objects.filter(owner=owner).annotate(granted=granted).order_by("name")
    return [Listed(name, is_granted) for name, is_granted in rows.values_list("name", "granted")]


@transaction.atomic
def keep_secret(owner: User, audience: str, name: str, value: str | None, granted: bool | None) -> None:
    """Make or change one: what is None stays as it is. Raises BadSecret, and NoSecret where nothing could stay."""
    if not NAME.fullmatch(name):
        raise BadSecret(_("A name has 1 to 100 characters, and no spaces."))
    User.objects.select_for_update().get(pk=owner.pk)  # two pages that add one more at once are counted one by one
    secret = Secret.objects.filter(owner=owner, name=name).first()
    if value is not None:
        _refuse_value(owner, value, is_new=secret is None)
        values = {"sealed": seal(value), "changed_at": Now()}
        secret, _made = Secret.objects.update_or_create(owner=owner, name=name, defaults=values)
    if secret is None:
        raise NoSecret(name)
    if granted:
        SecretGrant.objects.get_or_create(secret=secret, audience=audience)
    elif granted is False:
        secret.grants.filter(audience=audience).delete()


def forget_secret(owner: User, name: str) -> None:
    Secret.objects.filter(owner=owner, name=name).delete()


def read_secret(owner: User, name: str) -> str:
    """For their own eyes. Raises NoSecret and BadSecret."""
    secret = Secret.objects.filter(owner=owner, name=name).first()
    if secret is None:
        raise NoSecret(name)
    return _opened(secret)


def secret_for(owner: User, audience: str, name: str) -> str:
    """For code that runs on a machine of theirs. Raises NoSecret, NotGranted and BadSecret."""
    secret = Secret.objects.filter(owner=owner, name=name).first()
    if secret is None:
        raise NoSecret(name)
    if not secret.grants.filter(audience=audience).exists():
        raise NotGranted(name)
    return _opened(secret)


def forget_grants(audience: str) -> None:
    """Nobody is `audience` any more."""
    SecretGrant.objects.filter(audience=audience).delete()
    DriveGrant.objects.filter(audience=audience).delete()


def _opened(secret: Secret) -> str:
    try:
        return unseal(bytes(secret.sealed))
    except CannotUnseal as problem:
        raise BadSecret(
            _("This secret was sealed with another key of the platform. Enter its value again.")
        ) from problem


def _refuse_value(owner: User, value: str, *, is_new: bool) -> None:
    if len(value.encode("utf-8", "surrogatepass")) > LONGEST:
        raise BadSecret(_("A secret has at most 64 KiB."))
    if is_new and Secret.objects.filter(owner=owner).count() >= MOST:
        raise BadSecret(_("You have 100 secrets already. Delete one that is not needed any more."))
