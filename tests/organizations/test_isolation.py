"""P57: nobody crosses from one organization into another, by whatever address or id."""

import pytest

from accounts.joining import make_link
from accounts.models import AuditEntry, Domain, Group, GroupMember, Invitation, Membership
from runtimes.allocation.choosing import default_type
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import request_runtime
from runtimes.allocation.usage_rows import UsageDay

pytestmark = pytest.mark.django_db

PAGES = ("", "groups", "domains", "policies", "runtimes", "usage", "audit")
ACTS = ("invite", "links", "groups", "domains", "policies")


@pytest.fixture
def things(school, cleo, vera):
    """Something of each kind that the School has."""
    group = Group.objects.create(organization=school, name="School's own")
    GroupMember.objects.create(group=group, membership=Membership.objects.get(user=vera))
    return {
        f"groups/{group.pk}": Group,
        f"runtimes/{request_runtime(vera, 'notebook').pk}/end": Runtime,
        f"groups/{group.pk}/members": GroupMember,
        f"groups/{group.pk}/remove": GroupMember,
        f"groups/{group.pk}/delete": Group,
        f"invitations/{make_link(school, cleo)[0].pk}/revoke": Invitation,
        f"members/{Membership.objects.get(user=vera).pk}/role": Membership,
        f"members/{Membership.objects.get(user=vera).pk}/remove": Membership,
        f"domains/{Domain.objects.create(organization=school, name='school.example', digest='s').pk}/remove": Domain,
    }


def snapshot():
    models = (Membership, Domain, Invitation, AuditEntry, Group, GroupMember, Runtime)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_p57_administrators_of_another_organization_and_members_find_nothing(lab, school, things, as_person, ada, vera):
    before = snapshot()
    for person in (ada, vera):
        client = as_person(person)
        for page in PAGES:
            assert client.get(f"/organizations/{school.slug}/{page}").status_code == 404, page
        for act in (*ACTS, *things):
            assert client.post(f"/organizations/{school.slug}/{act}", {"role": "admin"}).status_code == 404, act
    assert snapshot() == before


def test_p57_an_id_of_another_organization_names_nothing_in_ones_own(lab, things, as_person, ada):
    before = snapshot()
    for act in things:
        assert as_person(ada).post(f"/organizations/{lab.slug}/{act}", {"role": "admin"}).status_code == 404, act
    assert snapshot() == before


def test_p57_no_page_shows_anything_of_the_other(lab, school, things, as_person, ada, vera, cleo):
    UsageDay.objects.create(user=vera, type=default_type(), day="2026-11-01", seconds=3_600_000)
    as_person(cleo).post(f"/organizations/{school.slug}/links", {"most": 3})
    for page in PAGES:
        shown = as_person(ada).get(f"/organizations/{lab.slug}/{page}").content.decode()
        assert "example.org" in shown or page in {"groups", "runtimes", "domains", "policies", "audit"}
        assert not any(foreign in shown for foreign in (vera.email, "School", "school.example", cleo.email))


def test_p69_an_administrator_of_the_site_has_no_part_in_it(lab, as_person, cleo):
    cleo.is_staff = cleo.is_superuser = True
    cleo.save()
    assert as_person(cleo).get(f"/organizations/{lab.slug}/").status_code == 404


def test_a_suspended_administrator_is_none(lab, as_person, ada):
    client = as_person(ada)
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get(f"/organizations/{lab.slug}/").status_code == 302
