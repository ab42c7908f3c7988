"""What people are called in comments."""

from django.utils.translation import gettext as _

from accounts.models import User


def name_of(person: User | None) -> str:
    """What somebody is called, whose account may be gone."""
    return person.display_name if person else _("Somebody")
