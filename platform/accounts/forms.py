"""The forms of the account page."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@cache
def time_zones() -> list[tuple[str, Any]]:
    """What a person may choose: every zone with a place in its name, and UTC."""
    return [("", _("Like my browser")), *((name, name.replace("_", " ")) for name in sorted(zone_names()))]


def zone_names() -> set[str]:
    return {"UTC", *(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a person is called, and how Tomoni looks to them."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    locale = forms.ChoiceField(
        label=_("Language"), choices=[("", _("Like my browser")), *settings.LANGUAGES], required=False
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=User.THEMES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, required=False)

    class Meta:
        model = User
        fields = ("name", "locale", "time_zone", "theme")


class AvatarForm(forms.Form):
    """A picture of oneself."""

    picture = forms.FileField(label=_("Picture"), widget=forms.FileInput(attrs={"accept": "image/*"}))


class TokenForm(forms.Form):
    """A new access token."""

    LIFETIMES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("Does not expire")))

    name = forms.CharField(label=_("What it is for"), max_length=100)
    days = forms.ChoiceField(label=_("Expires after"), choices=LIFETIMES, required=False, initial="90")

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="token_%s")  # the profile above it on the page has a name as well

    def expires(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None
