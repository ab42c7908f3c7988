"""What an organization says its members may: sharing, types, networks, how many machines together."""

import pytest

from accounts.models import Membership, Organization
from notebooks.documents.examples import open_example
from notebooks.documents.services import create_notebook, import_notebook
from notebooks.sharing.access import NoAccess, access_notebook
from notebooks.sharing.models import Grant, Sharing
from notebooks.sharing.openings import open_to
from notebooks.sharing.services import CannotShare, set_shares
from runtimes.allocation.choosing import TypeRefused, default_type, types_for
from runtimes.allocation.offers import RuntimeType
from runtimes.allocation.services import QuotaReached, request_runtime
from tests.notebooks.documents.files import file_of

pytestmark = pytest.mark.django_db

OPEN = {"name": "The Lab", "may_share_outside": "on", "may_share_by_link": "on"}


@pytest.fixture
def shared(lab, ada, bob, cleo):
    """Ada's notebook, which a colleague and somebody outside have, and whoever has the link."""
    notebook = create_notebook(ada)
    set_shares(notebook, {bob.email: "editor", cleo.email: "viewer"})
    open_to(notebook, "link")
    return notebook


def decide(as_person, ada, lab, **form):
    answer = as_person(ada).post(f"/organizations/{lab.slug}/policies", {"name": lab.name} | form)
    assert answer.status_code == 302, answer.context["form"].errors


def test_a_stricter_policy_ends_what_it_forbids_and_nothing_else(lab, shared, as_person, ada, bob, vera):
    others = create_notebook(vera)
    open_to(others, "link")
    decide(as_person, ada, lab)
    assert list(Grant.objects.filter(notebook=shared).values_list("email", flat=True)) == [bob.email]
    assert Sharing.objects.get(notebook=shared).scope == "restricted"
    assert Sharing.objects.get(notebook=others).scope == "link"


def test_what_is_forbidden_cannot_be_shared_again(lab, shared, as_person, ada, bob, cleo):
    decide(as_person, ada, lab)
    for attempt in (lambda: set_shares(shared, {cleo.email: "viewer"}), lambda: open_to(shared, "link")):
        with pytest.raises(CannotShare):
            attempt()
    set_shares(shared, {bob.email: "viewer"})


def test_what_is_allowed_stays(lab, shared, as_person, ada):
    decide(as_person, ada, lab, **OPEN)
    assert Grant.objects.filter(notebook=shared).count() == 2 and Sharing.objects.get(notebook=shared).scope == "link"


def test_only_the_types_and_networks_that_it_allows_are_offered(lab, school, as_person, ada, cleo):
    default_type()
    big = RuntimeType.objects.create(slug="big", name="Big", network="outward")
    decide(as_person, ada, lab, **OPEN, runtime_types=["python", "big"], networks=["registries"])
    assert [kind.slug for kind in types_for(ada)] == ["python"]
    assert [kind.slug for kind in types_for(cleo)] == ["python", "big"]
    with pytest.raises(TypeRefused):
        request_runtime(ada, "notebook-1", "big")
    assert request_runtime(cleo, "notebook-2", "big").type == big


def test_who_chooses_none_gets_the_type_that_it_names(lab, as_person, ada):
    default_type()
    big = RuntimeType.objects.create(slug="big", name="Big")
    decide(as_person, ada, lab, **OPEN, default_type="big")
    assert request_runtime(ada, "notebook-1").type == big


def test_members_together_have_only_so_many_machines(lab, as_person, ada, bob, cleo):
    decide(as_person, ada, lab, **OPEN, runtimes_at_once="1")
    request_runtime(ada, "notebook-1")
    with pytest.raises(QuotaReached, match="The Lab has all the 1"):
        request_runtime(bob, "notebook-2")
    request_runtime(cleo, "notebook-3")


def test_of_two_organizations_the_stricter_counts(lab, ada):
    other = Organization.objects.create(name="Other", may_share_outside=False)
    other.memberships.create(user=ada)
    with pytest.raises(CannotShare):
        set_shares(create_notebook(ada), {"somebody@example.org": "viewer"})


def test_new_notebooks_are_open_to_the_organization_that_says_so_and_old_ones_stay(lab, as_person, ada, bob, cleo):
    before = create_notebook(ada)
    decide(as_person, ada, lab, **OPEN, new_notebooks="commenter")
    made, uploaded = create_notebook(ada), import_notebook(ada, "a.ipynb", file_of(nbformat_minor=5))
    example = open_example(ada, "welcome", "en")
    assert access_notebook(bob, made.pk).role == access_notebook(bob, uploaded.pk).role == "commenter"
    for person, notebook in ((bob, before), (bob, example), (cleo, made)):
        with pytest.raises(NoAccess):
            access_notebook(person, notebook.pk)


def test_another_organization_may_forbid_that(lab, school, as_person, ada, bob):
    Membership.objects.create(organization=school, user=ada)
    Organization.objects.filter(pk=school.pk).update(may_share_outside=False)
    decide(as_person, ada, lab, **OPEN, new_notebooks="viewer")
    assert not Sharing.objects.filter(notebook=create_notebook(ada)).exists()
