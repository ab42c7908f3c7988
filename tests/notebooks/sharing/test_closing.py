"""Closing an account: at once, with a way back, and others lose nothing."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import ending
from accounts.models import AccessToken, Closing, Mail, Membership, Organization, User
from notebooks.comments.models import Comment
from notebooks.comments.services import Place, begin_thread
from notebooks.documents.models import Notebook
from notebooks.documents.services import create_notebook
from notebooks.sharing.models import Grant
from runtimes.allocation.services import request_runtime

pytestmark = pytest.mark.django_db

CLOSE = "/accounts/close/"


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def opened(notebook):
    """Bob, who may edit, and Vera, who may view, have opened Ada's notebook."""
    Grant.objects.filter(notebook=notebook).update(opened_at=timezone.now())
    return notebook


def close(client, person, **more):
    return client.post(CLOSE, {"email": person.email, **more})


def time_passes() -> int:
    Closing.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    return ending.end_closed()


def test_it_shows_what_others_have_and_asks_for_the_address(as_ada, ada, opened):
    page = as_ada.get(CLOSE).content.decode()
    assert opened.name in page and "bob@example.org" in page
    assert as_ada.post(CLOSE, {"email": "bob@example.org"}).status_code == 422
    assert User.objects.get(pk=ada.pk).is_active


def test_p66_everything_of_the_person_ends_at_once_and_nothing_is_deleted(as_ada, ada, notebook):
    _, secret = AccessToken.objects.issue(ada, "script")
    runtime = request_runtime(ada, str(notebook.pk))
    close(as_ada, ada)
    assert as_ada.get("/accounts/").status_code == 302
    assert Client().get("/api/notebooks", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    runtime.refresh_from_db()
    assert runtime.state == "stopping"
    assert ending.end_closed() == 0 and Notebook.objects.filter(owner=ada).exists()


def test_the_letter_leads_back(as_ada, ada, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        close(as_ada, ada)
    link = re.findall(r"http://localhost:8000(/\S+)", Mail.objects.get().text)[0]
    assert Client().get(link).status_code == 200 and not User.objects.get(pk=ada.pk).is_active
    assert Client().post(link).status_code == 200
    assert User.objects.get(pk=ada.pk).is_active and time_passes() == 0
    assert Client().post(link).status_code == 410


def test_a_notebook_is_given_to_whom_one_chose(as_ada, ada, bob, vera, opened):
    grant = Grant.objects.get(notebook=opened, email=vera.email)
    close(as_ada, ada, **{f"heir-{opened.pk}": str(grant.pk)})
    assert Notebook.objects.get(pk=opened.pk).owner == vera


def test_nobody_gets_a_notebook_that_they_were_not_given(as_ada, ada, bob, cleo, opened):
    foreign = create_notebook(cleo)
    grant = Grant.objects.create(notebook=foreign, email=bob.email, role="viewer", opened_at=timezone.now())
    answer = close(as_ada, ada, **{f"heir-{opened.pk}": str(grant.pk), f"heir-{foreign.pk}": str(grant.pk)})
    assert answer.status_code == 422 or Notebook.objects.get(pk=foreign.pk).owner == cleo
    assert Notebook.objects.get(pk=opened.pk).owner == ada and Notebook.objects.get(pk=foreign.pk).owner == cleo


def test_when_the_time_is_up_others_lose_nothing(as_ada, ada, bob, opened, cleo):
    mine = create_notebook(ada)
    theirs = create_notebook(cleo)
    thread = begin_thread(theirs, ada, Place("c"), "I was here", uuid.uuid4(), uuid.uuid4())
    close(as_ada, ada)
    assert time_passes() == 1
    assert Notebook.objects.get(pk=opened.pk).owner == bob  # who may do most
    assert not Notebook.objects.filter(pk=mine.pk).exists()
    assert not User.objects.filter(pk=ada.pk).exists()
    assert (Comment.objects.get(thread=thread).text, Comment.objects.get(thread=thread).author) == ("I was here", None)
    assert not Grant.objects.filter(email=ada.email).exists()


def test_who_was_let_in_again_by_an_administrator_is_not_deleted(as_ada, ada):
    close(as_ada, ada)
    User.objects.update(is_active=True)
    assert time_passes() == 0 and User.objects.filter(pk=ada.pk).exists()


def test_administrators_hand_over_first(as_ada, ada, bob):
    lab = Organization.objects.create(name="Lab")
    Membership.objects.create(organization=lab, user=ada, role=Membership.Role.ADMIN.value)
    other = Membership.objects.create(organization=lab, user=bob)
    answer = close(as_ada, ada)
    assert answer.status_code == 422 and "Make somebody else an administrator of Lab first" in answer.content.decode()
    Membership.objects.filter(pk=other.pk).update(role=Membership.Role.ADMIN.value)
    assert close(as_ada, ada).status_code == 200


def test_administrators_of_the_site_hand_over_first(as_ada, ada):
    User.objects.update(is_staff=True)
    assert close(as_ada, ada).status_code == 422
    assert User.objects.get(pk=ada.pk).is_active
