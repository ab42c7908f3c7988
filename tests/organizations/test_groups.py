"""Groups of an organization: its administrators look after them, and members share their notebooks with them."""

import json

import pytest
from django.test import Client

from accounts.joining import leave
from accounts.models import AuditEntry, Group, GroupMember, Membership, Organization
from notebooks.documents.services import create_notebook
from notebooks.sharing.access import NoAccess, access_notebook, visible_notebooks
from notebooks.sharing.freezing import freeze
from notebooks.sharing.groups import share_with_group
from notebooks.sharing.members import members
from notebooks.sharing.models import GroupGrant
from notebooks.sharing.openings import note_opening
from notebooks.sharing.people import summary
from notebooks.sharing.roles import Role
from notebooks.sharing.services import CannotShare, stop_sharing
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import request_runtime

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(lab, bob):
    """Bob's, in the Lab."""
    made = Group.objects.create(organization=lab, name="Class 1")
    GroupMember.objects.create(group=made, membership=Membership.objects.get(user=bob, organization=lab))
    return made


@pytest.fixture
def shared(ada, group):
    """Ada's notebook, which the group edits."""
    notebook = create_notebook(ada)
    share_with_group(notebook, group.pk, "editor", ada)
    return notebook


def role_of(person, notebook) -> Role:
    try:
        return access_notebook(person, notebook.pk).role
    except NoAccess:
        return Role.NONE


def page_of(as_person, who, lab, path, **form):
    return as_person(who).post(f"/organizations/{lab.slug}/groups{path}", form)


def test_who_is_in_it_has_the_role_and_the_notebook_in_the_list(shared, bob, cleo, lab):
    assert (role_of(bob, shared), role_of(cleo, shared)) == (Role.EDITOR, Role.NONE)
    [listed] = visible_notebooks(bob)
    assert (listed.notebook, listed.shared_by, listed.role) == (shared, shared.owner, Role.EDITOR)


def test_p97_it_ends_with_the_place_with_the_membership_and_with_the_owners(shared, ada, bob, lab):
    theirs = Membership.objects.filter(organization=lab)
    for gone in (GroupMember.objects.all(), theirs.filter(user=bob), theirs.filter(user=ada)):
        kept = list(Membership.objects.all()), list(GroupMember.objects.all())
        gone.delete()
        assert role_of(bob, shared) is Role.NONE and visible_notebooks(bob) == []
        for rows in kept:
            for row in rows:
                row.save(force_insert=not type(row).objects.filter(pk=row.pk).exists())
        assert role_of(bob, shared) is Role.EDITOR


def test_somebody_who_leaves_the_organization_leaves_its_groups(shared, bob):
    leave(Membership.objects.get(user=bob))
    assert not GroupMember.objects.exists() and role_of(bob, shared) is Role.NONE


def test_a_frozen_notebook_is_not_open_to_groups(shared, bob, ada):
    freeze(shared, "spam")
    assert role_of(bob, shared) is Role.NONE


def test_stopping_to_share_ends_it(shared, bob):
    stop_sharing(shared)
    assert role_of(bob, shared) is Role.NONE and not GroupGrant.objects.exists()


def test_a_machine_of_who_is_taken_out_ends_at_once(shared, ada, bob, lab, group, as_person):
    request_runtime(bob, str(shared.pk))
    answer = page_of(as_person, ada, lab, f"/{group.pk}/remove", place=GroupMember.objects.get().pk)
    assert answer.status_code == 302 and not GroupMember.objects.exists()
    assert Runtime.objects.get().state == "stopping"


def test_p97_groups_of_an_organization_of_which_one_of_both_is_not_are_not_offered(ada, bob, cleo, school, lab, group):
    hers = create_notebook(cleo)
    for who, notebook in ((cleo, hers), (ada, hers)):
        with pytest.raises(CannotShare, match="only with groups of an organization of its owner"):
            share_with_group(notebook, group.pk, "viewer", who)
    assert summary(access_notebook(cleo, hers.pk), cleo)["offered_groups"] == []


def test_a_strict_organization_allows_no_groups_of_the_owners_other_ones(ada, bob, lab, school, as_person, shared):
    Membership.objects.create(organization=school, user=ada)
    Organization.objects.filter(pk=school.pk).update(may_share_outside=False)
    with pytest.raises(CannotShare, match="does not allow sharing outside"):
        share_with_group(create_notebook(ada), Group.objects.get().pk, "viewer", ada)


def test_a_policy_that_becomes_strict_ends_what_others_have(ada, cleo, bob, lab, school, as_person, shared):
    Membership.objects.create(organization=school, user=ada)
    form = {"name": school.name, "may_share_by_link": "on"}
    assert as_person(cleo).post(f"/organizations/{school.slug}/policies", form).status_code == 302
    assert role_of(bob, shared) is Role.NONE


def test_the_share_dialog_offers_them_gives_them_a_role_and_takes_it_away(ada, group, lab):
    notebook = create_notebook(ada)
    client = Client()
    client.force_login(ada)

    def call(method, path, body=None):
        address = f"/api/notebooks/{notebook.pk}/sharing{path}"
        return client.generic(method, address, json.dumps(body or {}), content_type="application/json")

    offered = call("GET", "").json()["offered_groups"]
    assert offered == [{"id": group.pk, "name": "Class 1", "organization": "The Lab"}]
    assert call("POST", "/groups", {"group": group.pk, "role": "viewer"}).status_code == 204
    [row] = call("GET", "").json()["groups"]
    assert (row["name"], row["role"], row["people"]) == ("Class 1", "viewer", 1)
    assert call("PATCH", f"/groups/{row['grant']}", {"role": "editor"}).status_code == 204
    assert GroupGrant.objects.get().role == "editor"
    assert call("POST", "/groups", {"group": group.pk, "role": "owner"}).status_code == 422
    assert call("DELETE", f"/groups/{row['grant']}").status_code == 204
    assert call("DELETE", f"/groups/{row['grant']}").status_code == 404


def test_how_many_are_in_one_is_not_told_to_who_is_not_of_its_organization(ada, cleo, shared):
    shared.grants.create(email=cleo.email, role="editor", by=ada)
    [row] = summary(access_notebook(cleo, shared.pk), cleo)["groups"]
    assert (row["name"], row["people"]) == ("Class 1", None)


def test_administrators_make_fill_rename_and_delete_them_and_it_is_recorded(lab, ada, bob, as_person):
    assert page_of(as_person, ada, lab, "", name="Class 2").status_code == 302
    made, emails = Group.objects.get(), f"{ada.email}\n{bob.email.upper()}"
    assert page_of(as_person, ada, lab, f"/{made.pk}/members", emails=emails).status_code == 302
    assert made.places.count() == 2
    assert page_of(as_person, ada, lab, f"/{made.pk}", name="Class 2b").status_code == 302
    shown = as_person(ada).get(f"/organizations/{lab.slug}/groups/{made.pk}").content.decode()
    assert "Class 2b" in shown and bob.email in shown
    assert page_of(as_person, ada, lab, f"/{made.pk}/delete").status_code == 302
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["group.made", "group.members_added", "group.renamed", "group.deleted"]
    assert not Group.objects.exists()


def test_what_cannot_be_is_said(lab, group, ada, cleo, as_person):
    stranger = page_of(as_person, ada, lab, f"/{group.pk}/members", emails=cleo.email)
    assert stranger.status_code == 422 and "Not a member of this organization: cleo@" in stranger.content.decode()
    same = page_of(as_person, ada, lab, "", name="CLASS 1")
    assert same.status_code == 422 and "There is a group of this name already." in same.content.decode()


def test_who_has_opened_it_can_be_mentioned(shared, ada, bob):
    assert list(members(shared)) == [ada]
    note_opening(access_notebook(bob, shared.pk), bob)
    assert list(members(shared)) == [ada, bob]
