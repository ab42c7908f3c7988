"""Who may do what with comments: viewers read, commenters write, authors change their own, owners delete threads."""

import uuid

import pytest

from notebooks.comments.services import Place, begin_thread
from notebooks.documents.services import create_notebook
from notebooks.sharing.models import Grant
from notebooks.sharing.services import set_shares

pytestmark = pytest.mark.django_db

PEOPLE = ("ada", "bob", "cora", "vera", "cleo")
TEXT = {"text": "x", "cell": "c"}


@pytest.fixture
def everybody(ada, bob, cora, vera, cleo):
    return dict(zip(PEOPLE, (ada, bob, cora, vera, cleo), strict=True))


@pytest.mark.parametrize(
    ("method", "path", "body", "statuses"),
    [
        ("GET", "", {}, (200, 200, 200, 200, 404)),
        ("GET", "/people", {}, (200, 200, 200, 403, 404)),
        ("POST", "", TEXT, (201, 201, 201, 403, 404)),
        ("POST", "/{thread}", TEXT, (201, 201, 201, 403, 404)),
        ("PATCH", "/{thread}", {"resolved": True}, (200, 200, 200, 403, 404)),
        ("PATCH", "/{thread}/{comment}", TEXT, (200, 403, 403, 403, 404)),
        ("DELETE", "/{thread}/{comment}", {}, (204, 403, 403, 403, 404)),
        ("DELETE", "/{thread}", {}, (204, 403, 403, 403, 404)),
    ],
)
@pytest.mark.parametrize("who", PEOPLE)
def test_p54_each_role_may_do_what_it_may(calls, thread, everybody, who, method, path, body, statuses) -> None:
    address = path.format(thread=thread.pk, comment=thread.comments.get().pk)

    assert calls(everybody[who])(method, address, **body).status_code == statuses[PEOPLE.index(who)]


def test_p54_a_viewer_changes_nothing(calls, thread, vera) -> None:
    before = calls(vera).threads()
    calls(vera).begin()
    calls(vera)("POST", f"/{thread.pk}", text="x")
    calls(vera)("PATCH", f"/{thread.pk}", resolved=True)

    assert calls(vera).threads() == before


def test_p54_the_owner_deletes_the_threads_of_others_but_does_not_put_words_into_their_mouths(calls, ada, cora) -> None:
    thread = calls(cora).begin("Mine").json()
    address = f"/{thread['id']}/{thread['comments'][0]['id']}"

    refused = calls(ada)("PATCH", address, text="Hers")
    assert refused.json()["message"] == "Only who wrote a comment may change or delete it."
    assert calls(ada)("DELETE", address).status_code == 403
    assert calls(ada)("DELETE", f"/{thread['id']}").status_code == 204


def test_p54_with_the_role_goes_the_right(calls, thread, notebook, bob, cora) -> None:
    thread = calls(cora).begin("Mine").json()
    set_shares(notebook, {bob.email: "editor", cora.email: "viewer"})

    address = f"/{thread['id']}/{thread['comments'][0]['id']}"
    assert calls(cora)("PATCH", address, text="Still mine").status_code == 403
    assert calls(cora)("DELETE", address).status_code == 403


def test_p54_a_commenter_edits_neither_name_nor_shares(calls, notebook, cora) -> None:
    client = calls(cora).client
    address = f"/api/notebooks/{notebook.pk}"

    assert client.patch(address, {"name": "Hers"}, content_type="application/json").status_code == 403
    assert client.put(f"{address}/shares", [], content_type="application/json").status_code == 403


def test_p57_a_thread_of_another_notebook_is_not_there(calls, thread, ada, cora) -> None:
    other = create_notebook(ada)
    hidden = begin_thread(other, ada, Place("c"), "secret", uuid.uuid4(), uuid.uuid4())
    comment = hidden.comments.get()

    for who in (ada, cora):
        mine = calls(who)
        answers = [
            mine("POST", f"/{hidden.pk}", text="x"),
            mine("PATCH", f"/{hidden.pk}", resolved=True),
            mine("PATCH", f"/{hidden.pk}/{comment.pk}", text="x"),
            mine("PATCH", f"/{thread.pk}/{comment.pk}", text="x"),
            mine("DELETE", f"/{hidden.pk}/{comment.pk}"),
            mine.begin(thread=str(hidden.pk), id=str(comment.pk)),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert all(b"secret" not in answer.content for answer in answers)
    assert calls(ada)("DELETE", f"/{hidden.pk}").status_code == 404
    assert hidden.comments.get().text == "secret"


def test_whom_i_may_mention(calls, notebook, bob, cleo) -> None:
    def names(start: str) -> list[str]:
        return [person["name"] for person in calls(bob).client.get(f"{calls().address}/people?start={start}").json()]

    assert names("") == ["Ada", "Bob", "Cora", "Vera"]
    assert names("CO") == ["Cora"]
    assert names("bob@ex") == ["Bob"]
    assert names("%") == names("cleo") == []


def test_p77_who_was_invited_and_has_not_come_is_not_named(calls, bob, cora, notebook) -> None:
    Grant.objects.filter(notebook=notebook, email=cora.email).update(opened_at=None)
    people = calls(bob).client.get(f"{calls().address}/people?start=").json()
    assert cora.email not in [person["email"] for person in people]
    assert bob.email in [person["email"] for person in people]
