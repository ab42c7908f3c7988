"""The forms of the dashboard."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.models import Announcement
from runtimes.allocation.models import Host
from runtimes.allocation.offers import Plan


class SearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)


class AuditForm(SearchForm):
    """Which entries are shown."""

    act = forms.CharField(label=_("Act"), required=False, max_length=60)


class NotebooksForm(SearchForm):
    """Which notebooks are shown, and in which order."""

    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("activity", _("last changed first")), ("size", _("largest first")), ("runs", _("most runs first"))],
    )
    frozen = forms.BooleanField(label=_("frozen only"), required=False)


class ReasonForm(forms.Form):
    """Why something is done; it is written down."""

    reason = forms.CharField(label=_("Reason"), min_length=3, max_length=500)


class PlanForm(forms.Form):
    """Which plan somebody has; none is that of their organization, or the default."""

    plan = forms.ModelChoiceField(
        label=_("Plan"), required=False, queryset=Plan.objects.all(), empty_label=_("as everybody")
    )


class PoolSizeForm(forms.ModelForm):  # type: ignore[type-arg]
    """How many boxes wait on a host at least."""

    pool_size = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "short", "placeholder": _("usual")}),
    )

    class Meta:
        model = Host
        fields = ("pool_size",)


class AnnouncementForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new announcement."""

    class Meta:
        model = Announcement
        fields = ("text_en", "text_ja", "level", "ends_at")
        widgets = {"ends_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}  # noqa: RUF012
        help_texts = {"ends_at": _("UTC. Empty: until you end it.")}  # noqa: RUF012
