"""The forms of the inbox, and of who follows a message."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from feedback.models import Kind, State
from feedback.services import MOST_TEXT


class ReplyForm(forms.Form):
    """Something to add."""

    text = forms.CharField(
        label=_("Add something"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4, "maxlength": MOST_TEXT})
    )


class AnswerForm(forms.Form):
    """An answer for the sender, or a note for the team."""

    text = forms.CharField(
        label=_("Answer"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 5, "maxlength": MOST_TEXT})
    )


class FilterForm(forms.Form):
    """What of the inbox is listed."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("any")), *State.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("any")), *Kind.choices])
    assignee = forms.ModelChoiceField(
        label=_("Assigned to"), required=False, empty_label=_("anybody"), queryset=User.objects.none()
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["assignee"].queryset = team()  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Who sees to it."""

    assignee = forms.ModelChoiceField(
        label=_("Assigned to"), required=False, empty_label=_("nobody"), queryset=User.objects.none()
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["assignee"].queryset = team()  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """The number of the message that this one repeats; none when it stands for itself."""

    original = forms.RegexField(
        label=_("Duplicate of"),
        required=False,
        regex=r"^\s*(?:[Ff]-)?\d{1,12}\s*$",
        widget=forms.TextInput(attrs={"placeholder": "F-1", "size": 8}),
        error_messages={"invalid": _("Write a number such as F-12.")},
    )

    def number(self) -> int | None:
        written = self.cleaned_data["original"].strip()
        return int(written.upper().removeprefix("F-")) if written else None


def team() -> QuerySet[User]:
    """Those to whom a message can be given."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("email")
