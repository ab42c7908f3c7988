"""A class: everybody has a copy of their own; the teacher sees who did what, and collects."""

import io
import uuid
import zipfile

import pytest
from django.test import Client

from accounts.models import Mail
from notebooks.classes.models import Copy, Handout
from notebooks.classes.services import MOST
from notebooks.documents.services import import_notebook, read_committed
from notebooks.history.models import Revision
from notebooks.sharing.access import NoAccess, access_notebook
from notebooks.sharing.roles import Role
from runtimes.execution.models import Execution
from tests.notebooks.documents.files import code, file_of

pytestmark = pytest.mark.django_db


def as_person(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def lesson(ada):
    return import_notebook(ada, "lesson.ipynb", file_of(code("answer = 42"), nbformat_minor=4))


@pytest.fixture
def handed(lesson, ada, bob, vera):
    """Ada has handed out her lesson to Bob, to Vera and to somebody who has no account yet."""
    emails = "Bob@example.org, vera@example.org\nnew@example.org bob@example.org"
    answer = as_person(ada).post(f"/notebooks/{lesson.pk}/hand-out", {"emails": emails, "note": "Until Friday"})
    assert answer.status_code == 302
    return Handout.objects.get()


def copy_of(person) -> Copy:
    return Copy.objects.get(email=person.email)


def role_of(person, notebook) -> Role:
    try:
        return access_notebook(person, notebook.pk).role
    except NoAccess:
        return Role.NONE


def test_everybody_gets_one_copy_with_what_was_in_it_and_a_letter(handed, bob):
    assert sorted(handed.copies.values_list("email", flat=True)) == [
        "bob@example.org",
        "new@example.org",
        "vera@example.org",
    ]
    notebook = copy_of(bob).notebook
    assert notebook and read_committed(notebook).cells[0].source == "answer = 42"
    assert Mail.objects.filter(kind="share").count() == 3


def test_nobody_sees_the_copy_of_another_or_the_original(handed, lesson, ada, bob, vera):
    mine = copy_of(bob).notebook
    found = [role_of(person, mine) for person in (bob, vera, ada)]
    assert found == [Role.EDITOR, Role.NONE, Role.OWNER]
    assert role_of(bob, lesson) is Role.NONE


def test_the_teacher_sees_who_opened_ran_and_finished(handed, ada, bob, vera):
    copy = copy_of(bob)
    as_person(bob).get(f"/notebooks/{copy.notebook_id}")
    for _ in range(2):
        Execution.objects.create(id=uuid.uuid4(), audience=str(copy.notebook_id), by=bob, code=b"")
    Execution.objects.create(id=uuid.uuid4(), audience=str(copy.notebook_id), by=ada, code=b"")
    as_person(bob).post(f"/classes/copies/{copy.pk}/finish")
    rows = {row.copy.email: row for row in as_person(ada).get(f"/classes/{handed.pk}").context["rows"]}
    done, idle = rows[bob.email], rows[vera.email]
    assert (done.opened_at is not None, done.runs, done.copy.finished_at is not None) == (True, 2, True)
    assert (idle.opened_at, idle.runs, idle.copy.finished_at) == (None, 0, None)


def test_collecting_keeps_a_revision_and_takes_the_pen_away_until_it_is_given_back(handed, ada, bob, vera):
    teacher, page = as_person(ada), f"/classes/{handed.pk}"
    teacher.post(page, {"action": "collect all"})
    assert [role_of(person, copy_of(person).notebook) for person in (bob, vera)] == [Role.VIEWER, Role.VIEWER]
    assert Revision.objects.filter(notebook=copy_of(bob).notebook, is_pinned=True).exists()
    assert as_person(bob).post(f"/classes/copies/{copy_of(bob).pk}/finish").status_code == 404
    teacher.post(page, {"action": "give back", "email": bob.email})
    assert [role_of(person, copy_of(person).notebook) for person in (bob, vera)] == [Role.EDITOR, Role.VIEWER]


def test_only_whose_copy_it_is_says_that_it_is_finished(handed, bob, vera, ada):
    for stranger in (vera, ada):
        assert as_person(stranger).post(f"/classes/copies/{copy_of(bob).pk}/finish").status_code == 404
    assert copy_of(bob).finished_at is None


def test_a_handout_is_its_teachers_alone(handed, bob, cleo):
    for person in (bob, cleo):
        client, page = as_person(person), f"/classes/{handed.pk}"
        assert client.get(page).status_code == client.post(page, {"action": "collect all"}).status_code == 404
        assert client.post(f"{page}/download").status_code == 404
    assert copy_of(bob).collected_at is None


def test_more_people_get_a_copy_and_nobody_a_second(handed, ada, cleo):
    as_person(ada).post(f"/classes/{handed.pk}", {"action": "add", "emails": "cleo@example.org bob@example.org"})
    assert handed.copies.count() == 4 and copy_of(cleo).notebook


def test_what_cannot_be_is_said_and_nothing_is_made(lesson, ada):
    crowd = " ".join(f"pupil{number}@example.org" for number in range(MOST + 1))
    for emails in (crowd, "no address", ""):
        answer = as_person(ada).post(f"/notebooks/{lesson.pk}/hand-out", {"emails": emails})
        assert answer.status_code == 422
    assert not Handout.objects.exists() and not Copy.objects.exists()


def test_copies_do_not_fill_the_teachers_list_and_are_in_the_pupils(handed, ada, bob):
    assert [notebook.name for notebook in as_person(ada).get("/").context["notebooks"]] == ["lesson.ipynb"]
    assert [copy.pk for copy in as_person(bob).get("/classes/").context["mine"]] == [copy_of(bob).pk]


def test_all_copies_come_in_one_file(handed, ada):
    answer = as_person(ada).post(f"/classes/{handed.pk}/download")
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer))).namelist()
    assert sorted(names) == [f"copies/{name}@example.org.ipynb" for name in ("bob", "new", "vera")]
