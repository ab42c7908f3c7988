"""The forms of an organization's pages."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.joining import KEEPERS
from accounts.models import Group, Membership, Organization
from notebooks.sharing.role_names import ROLE_NAMES
from notebooks.sharing.roles import GRANTED
from runtimes.allocation.offers import NETWORKS, RuntimeType

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)


class InvitationForm(forms.Form):
    """Addresses, one a line, and what they become."""

    emails = forms.CharField(
        label=gettext_lazy("Email addresses, one a line"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Membership.Role.choices)

    def clean_emails(self) -> list[str]:
        words = re.split(r"[\s,;]+", str(self.cleaned_data["emails"]).strip())
        found = list(dict.fromkeys(word.lower() for word in words if word))
        field = forms.EmailField()
        for word in found:
            try:
                field.clean(word)
            except forms.ValidationError:
                raise forms.ValidationError(_("“%(email)s” is not an email address.") % {"email": word[:100]}) from None
        return found


class GroupMembersForm(forms.Form):
    """Members of the organization, by their addresses."""

    emails = forms.CharField(
        label=gettext_lazy("Email addresses, one a line"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )

    def __init__(self, organization: Organization, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="add_%s")
        self.organization = organization

    def clean_emails(self) -> list[Membership]:
        words = {word.lower() for word in re.split(r"[\s,;]+", str(self.cleaned_data["emails"])) if word}
        users = EmailAddress.objects.filter(verified=True).annotate(lower=Lower("email")).filter(lower__in=words)
        by_address = dict(users.values_list("lower", "user"))
        members = {one.user_id: one for one in self.organization.memberships.filter(user__in=by_address.values())}
        strangers = sorted(word for word in words if by_address.get(word) not in members)
        if strangers:
            listed = ", ".join(word[:100] for word in strangers[:5])
            raise forms.ValidationError(_("Not a member of this organization: %(emails)s.") % {"emails": listed})
        return list(members.values())


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name of a group, which is no other's in its organization."""

    error_of_same_name = gettext_lazy("There is a group of this name already.")

    class Meta:
        model = Group
        fields = ("name",)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        same = Group.objects.filter(organization=self.instance.organization, name__iexact=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(self.error_of_same_name)
        return name


class LinkForm(forms.Form):
    most = forms.IntegerField(label=gettext_lazy("For how many people"), min_value=1, max_value=10_000, initial=30)


class DomainForm(forms.Form):
    """A domain, and which address of those who look after it is asked."""

    name = forms.CharField(label=gettext_lazy("Domain"), max_length=253)
    keeper = forms.ChoiceField(
        label=gettext_lazy("Who is asked"), choices=[(keeper, f"{keeper}@…") for keeper in KEEPERS]
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip().lower().removeprefix("@")
        if not DOMAIN.fullmatch(name):
            raise forms.ValidationError(_("This is not the name of a domain."))
        return name


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What members may; nothing ticked in a list is no limit."""

    runtime_types = forms.MultipleChoiceField(
        label=gettext_lazy("Runtime types"), required=False, widget=forms.CheckboxSelectMultiple
    )
    networks = forms.MultipleChoiceField(
        label=gettext_lazy("Networks"), required=False, choices=NETWORKS, widget=forms.CheckboxSelectMultiple
    )
    new_notebooks = forms.ChoiceField(
        label=gettext_lazy("New notebooks of members are open to all members"), required=False
    )
    default_type = forms.ChoiceField(label=gettext_lazy("Runtime type of who chooses none"), required=False)

    class Meta:
        model = Organization
        fields = (
            "name",
            "may_share_outside",
            "may_share_by_link",
            "new_notebooks",
            "runtime_types",
            "networks",
            "default_type",
            "runtimes_at_once",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.slug, kind.name) for kind in RuntimeType.objects.filter(is_offered=True)]
        roles = [(role.value, ROLE_NAMES[role]) for role in GRANTED]
        self.fields["new_notebooks"].choices = [("", _("no")), *roles]  # type: ignore[attr-defined]
        self.fields["runtime_types"].choices = kinds  # type: ignore[attr-defined]
        self.fields["default_type"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]
