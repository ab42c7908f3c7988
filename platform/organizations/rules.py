"""Domains and policies of an organization."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import joining
from accounts.audit import record
from accounts.freshness import freshly
from accounts.models import Domain, Organization
from notebooks.sharing import policies as sharing_policies
from organizations.forms import DomainForm, PolicyForm
from organizations.gates import for_administrators


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def domains(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """Whoever has proved an address in one of these joins by themselves; posting asks for another."""
    form = DomainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name, keeper = form.cleaned_data["name"], form.cleaned_data["keeper"]
        try:
            made = joining.claim_domain(organization, name, keeper)
        except joining.CannotJoin as problem:
            form.add_error("name", str(problem))
        else:
            record(request, "domain.claimed", made, organization=organization, asked=f"{keeper}@{name}")
            messages.success(request, _("We have asked %(address)s.") % {"address": f"{keeper}@{name}"})
            return redirect("organization_domains", organization.slug)
    context = {"organization": organization, "domains": organization.domains.order_by("name"), "form": form}
    return render(request, "organizations/domains.html", context, status=422 if form.is_bound else 200)


@for_administrators
@require_POST
@freshly
def remove_domain(request: HttpRequest, organization: Organization, domain: int) -> HttpResponseBase:
    found = get_object_or_404(Domain, pk=domain, organization=organization)
    record(request, "domain.removed", found, organization=organization)
    found.delete()
    return redirect("organization_domains", organization.slug)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
@freshly
def policies(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """What members may. What a stricter policy no longer allows ends at once."""
    form = PolicyForm(request.POST if request.method == "POST" else None, instance=organization)
    if request.method == "POST" and form.is_valid():
        form.save()
        ended = sharing_policies.apply(organization)
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        record(request, "policy.changed", organization, organization=organization, changed=changed, ended=ended)
        said = ngettext("Saved. In %d notebook shares ended.", "Saved. In %d notebooks shares ended.", ended) % ended
        messages.success(request, said if ended else _("Saved."))
        return redirect("organization_policies", organization.slug)
    context = {"organization": organization, "form": form}
    return render(request, "organizations/policies.html", context, status=422 if form.is_bound else 200)
