"""Joining: by a letter, by a link, by the domain of one's address; leaving; and who stays."""

import re

import pytest
from allauth.account.models import EmailAddress

from accounts.models import AuditEntry, Domain, Invitation, Mail, Membership, Organization
from tests.conftest import person

pytestmark = pytest.mark.django_db


def link_in(text):
    return re.findall(r"http://localhost:8000(/organizations/\S+)", text)[-1]


def is_member(user, organization):
    return Membership.objects.filter(user=user, organization=organization).exists()


def invite(client, lab, emails, role="member"):
    return client.post(f"/organizations/{lab.slug}/invite", {"emails": emails, "role": role})


def test_a_letter_lets_in_whom_it_names_and_nobody_else(lab, as_person, ada, cleo, vera):
    assert invite(as_person(ada), lab, "Cleo@example.org").status_code == 302
    path = link_in(Mail.objects.get(to="cleo@example.org").text)
    assert as_person(cleo).get(path).status_code == 200 and not is_member(cleo, lab)
    assert as_person(vera).post(path).status_code == 422 and not is_member(vera, lab)
    assert as_person(cleo).post(path).status_code == 302 and is_member(cleo, lab)


def test_a_letter_works_once_and_not_after_it_was_taken_back(lab, as_person, ada, cleo):
    invite(as_person(ada), lab, "cleo@example.org")
    path = link_in(Mail.objects.get(to="cleo@example.org").text)
    as_person(ada).post(f"/organizations/{lab.slug}/invitations/{Invitation.objects.get().pk}/revoke")
    assert as_person(cleo).post(path).status_code == 422 and not is_member(cleo, lab)


def test_a_link_lets_in_as_many_as_it_says_and_always_as_members(lab, as_person, ada, cleo, vera):
    shown = as_person(ada).post(f"/organizations/{lab.slug}/links", {"most": 1}).content.decode()
    path = link_in(shown.replace('"', " "))
    assert as_person(cleo).post(path, {"role": "admin"}).status_code == 302
    assert as_person(vera).post(path).status_code == 422
    assert Membership.objects.get(user=cleo).role == "member" and not is_member(vera, lab)


def test_only_so_many_are_invited_in_an_hour(lab, as_person, ada, settings):
    settings.TOMONI_INVITATIONS_PER_HOUR = 2
    assert invite(as_person(ada), lab, "a@example.org b@example.org").status_code == 302
    assert invite(as_person(ada), lab, "c@example.org").status_code == 429
    assert not Mail.objects.filter(to="c@example.org").exists()


@pytest.fixture
def domain(lab, as_person, ada):
    """The Lab has asked who looks after the mail of lab.example; the path in that letter."""
    as_person(ada).post(f"/organizations/{lab.slug}/domains", {"name": "Lab.Example", "keeper": "postmaster"})
    return link_in(Mail.objects.get(to="postmaster@lab.example").text)


def at_the_lab(name):
    user = person(name)
    EmailAddress.objects.create(user=user, email=f"{name.lower()}@lab.example", verified=True)
    return user


def test_who_has_an_address_in_a_verified_domain_joins_by_themselves(lab, domain, client):
    early = at_the_lab("Early")
    assert not is_member(early, lab)
    client.post(domain)
    late = at_the_lab("Late")
    late.set_password("correct horse battery")
    late.save()
    EmailAddress.objects.filter(user=late, email=late.email).update(primary=True)
    client.post("/accounts/login/", {"login": late.email, "password": "correct horse battery"})
    assert is_member(early, lab) and is_member(late, lab)


def test_an_unproved_address_brings_nobody_in(lab, domain, client, cleo):
    EmailAddress.objects.create(user=cleo, email="cleo@lab.example", verified=False)
    EmailAddress.objects.create(user=person("Mallory"), email="mallory@notlab.example", verified=True)
    client.post(domain)
    assert lab.memberships.count() == 2


def test_a_domain_that_nobody_answered_for_does_nothing_and_a_verified_one_is_no_others(lab, school, domain, client):
    assert client.get(domain).status_code == 200 and Domain.objects.get().verified_at is None
    other = Domain.objects.create(organization=school, name="lab.example", digest="other")
    client.post(domain)
    assert Domain.objects.exclude(verified_at=None).get().organization == lab
    assert Domain.objects.get(pk=other.pk).verified_at is None


def test_whoever_was_removed_is_not_brought_back_by_their_domain(lab, domain, client, as_person, ada):
    early = at_the_lab("Early")
    client.post(domain)
    membership = Membership.objects.get(user=early)
    as_person(ada).post(f"/organizations/{lab.slug}/members/{membership.pk}/remove")
    client.post(domain)
    assert not is_member(early, lab)
    assert AuditEntry.objects.filter(act="member.removed", organization=lab.pk).exists()


def test_the_last_administrator_stays_one(lab, as_person, ada, bob):
    mine, his = Membership.objects.get(user=ada), Membership.objects.get(user=bob)
    client, base = as_person(ada), f"/organizations/{lab.slug}/members"
    assert client.post(f"{base}/{mine.pk}/role", {"role": "member"}).status_code == 422
    assert client.post(f"{base}/{mine.pk}/remove").status_code == 422
    client.post(f"/organizations/leave/{mine.pk}")
    assert Membership.objects.get(user=ada).role == "admin"
    client.post(f"{base}/{his.pk}/role", {"role": "admin"})
    assert client.post(f"{base}/{mine.pk}/remove").status_code == 302 and not is_member(ada, lab)


def test_each_act_is_in_the_log_and_the_log_on_its_page(lab, as_person, ada):
    invite(as_person(ada), lab, "new@example.org")
    as_person(ada).post(f"/organizations/{lab.slug}/links", {"most": 3})
    acts = set(AuditEntry.objects.filter(organization=lab.pk).values_list("act", flat=True))
    assert acts == {"member.invited", "invitation.link_made"}
    assert "new@example.org" in as_person(ada).get(f"/organizations/{lab.slug}/audit").content.decode()


def test_administrators_of_the_site_make_one_and_others_where_it_is_open(as_person, ada, settings):
    assert as_person(ada).post("/organizations/", {"name": "Mine"}).status_code == 404
    settings.TOMONI_ORGANIZATIONS_OPEN = True
    assert as_person(ada).post("/organizations/", {"name": "研究室"}).status_code == 302
    assert as_person(ada).get(f"/organizations/{Organization.objects.get().slug}/").status_code == 200
