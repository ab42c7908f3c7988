"""Whose drive is where, and for which notebooks its owner has granted it."""

from accounts.models import User
from runtimes.userdata.models import Drive, DriveGrant


def is_granted(owner: User, audience: str) -> bool:
    return DriveGrant.objects.filter(owner=owner, audience=audience).exists()


def grant(owner: User, audience: str) -> None:
    DriveGrant.objects.get_or_create(owner=owner, audience=audience)


def revoke(owner: User, audience: str) -> None:
    DriveGrant.objects.filter(owner=owner, audience=audience).delete()


def drive_of(owner: User, host: str) -> Drive:
    """The drive of this person; if they have none yet, one on `host`."""
    return Drive.objects.get_or_create(owner=owner, defaults={"host": host})[0]


def left_behind(host: str) -> list[Drive]:
    """Drives on this host whose owners are gone."""
    return list(Drive.objects.filter(owner=None, host=host))
