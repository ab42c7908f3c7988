"""Threads: begun, answered, changed, resolved and deleted; the same request twice is one comment."""

import uuid

import pytest

from notebooks.comments.models import Comment, Thread
from tests.notebooks.comments.conftest import END, START

pytestmark = pytest.mark.django_db


def said(thread) -> list[str]:
    return [comment["text"] for comment in thread["comments"]]


def test_a_thread_is_read_as_it_was_written(calls, bob, vera) -> None:
    calls(bob).begin("これは?", start=START, end=END, quote="x = 😀")

    [thread] = calls(vera).threads()
    assert (thread["cell"], thread["start"], thread["end"], thread["quote"]) == ("cell-1", START, END, "x = 😀")
    [comment] = thread["comments"]
    assert (comment["text"], comment["author"]) == ("これは?", {"id": bob.pk, "name": "Bob"})
    assert (comment["edited"], comment["deleted"], thread["resolved"]) == (None, False, None)


def test_replies_follow_in_order(calls, thread, bob, cora) -> None:
    calls(bob)("POST", f"/{thread.pk}", text="Because.")
    answer = calls(cora)("POST", f"/{thread.pk}", text="I see.")

    assert answer.status_code == 201
    assert said(answer.json()) == ["Why 1?", "Because.", "I see."]


def test_a_request_that_is_sent_again_changes_nothing(calls, bob) -> None:
    ids = {"thread": str(uuid.uuid4()), "id": str(uuid.uuid4())}
    first = calls(bob).begin(**ids)
    again = calls(bob).begin(**ids)
    reply = {"text": "More.", "id": str(uuid.uuid4())}
    for _ in range(2):
        assert calls(bob)("POST", f"/{ids['thread']}", **reply).status_code == 201

    assert first.json() == again.json()
    assert said(calls(bob).threads()[0]) == ["Why?", "More."]


def test_what_was_changed_before_it_was_sent_again_counts(calls, bob) -> None:
    ids = {"thread": str(uuid.uuid4()), "id": str(uuid.uuid4())}
    calls(bob).begin("Why", **ids)

    assert said(calls(bob).begin("Why so?", **ids).json()) == ["Why so?"]


def test_the_ids_of_somebody_else_are_taken(calls, thread, bob, notebook) -> None:
    [first] = thread.comments.all()

    assert calls(bob).begin(thread=str(thread.pk), id=str(first.pk)).status_code == 404
    assert calls(bob).begin(id=str(first.pk)).status_code == 404
    assert calls(bob)("POST", f"/{thread.pk}", text="Hers", id=str(first.pk)).status_code == 404
    assert Comment.objects.get().text == "Why 1?"


def test_who_wrote_it_may_change_it(calls, thread, ada) -> None:
    [first] = thread.comments.all()
    changed = calls(ada)("PATCH", f"/{thread.pk}/{first.pk}", text="Why one?").json()

    assert said(changed) == ["Why one?"]
    assert changed["comments"][0]["edited"] is not None


def test_resolved_by_the_first_and_opened_again(calls, thread, bob, cora) -> None:
    for person in (bob, cora):
        done = calls(person)("PATCH", f"/{thread.pk}", resolved=True).json()
    assert done["resolved"] is not None and done["resolved_by"]["name"] == "Bob"

    opened = calls(cora)("PATCH", f"/{thread.pk}", resolved=False).json()
    assert (opened["resolved"], opened["resolved_by"]) == (None, None)


def test_a_reply_opens_a_resolved_thread(calls, thread, bob) -> None:
    calls(bob)("PATCH", f"/{thread.pk}", resolved=True)

    assert calls(bob)("POST", f"/{thread.pk}", text="Not quite.").json()["resolved"] is None


def test_a_deleted_comment_goes_and_the_last_takes_its_thread_along(calls, thread, ada) -> None:
    mine = calls(ada)
    reply = mine("POST", f"/{thread.pk}", text="Second").json()["comments"][1]
    assert mine("DELETE", f"/{thread.pk}/{reply['id']}").status_code == 204
    assert said(mine.threads()[0]) == ["Why 1?"]

    assert mine("DELETE", f"/{thread.pk}/{thread.comments.get().pk}").status_code == 204
    assert mine.threads() == [] and not Thread.objects.exists()


def test_a_deleted_first_comment_leaves_its_place_while_there_are_replies(calls, thread, ada, bob) -> None:
    [first] = thread.comments.all()
    reply = calls(bob)("POST", f"/{thread.pk}", text="Because.").json()["comments"][1]
    calls(ada)("DELETE", f"/{thread.pk}/{first.pk}")

    [left] = calls(ada).threads()
    assert [(c["text"], c["deleted"]) for c in left["comments"]] == [("", True), ("Because.", False)]
    assert calls(ada)("PATCH", f"/{thread.pk}/{first.pk}", text="again").status_code == 404
    calls(bob)("DELETE", f"/{thread.pk}/{reply['id']}")
    assert calls(ada).threads() == []


def test_somebody_whose_account_is_gone_is_nobody(calls, thread, ada, bob) -> None:
    calls(bob)("POST", f"/{thread.pk}", text="Because.")
    bob.delete()

    [left] = calls(ada).threads()
    assert said(left) == ["Why 1?", "Because."]
    assert left["comments"][1]["author"] is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": " \n\0\x1b "}, "Write something first."),
        ({"text": "あ" * 10_001}, "A comment has at most 10,000 characters."),
        ({"cell": "no such/cell"}, "There is no such cell."),
        ({"start": START}, "The text that this comment is about cannot be found: select it again."),
        ({"start": START, "end": "AQNhYmMA"}, "The text that this comment is about cannot be found: select it again."),
        ({"text": " ".join(f"@p{n}@example.org" for n in range(51))}, "A comment may mention at most 50 people."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(calls, bob, body, sentence) -> None:
    answer = calls(bob).begin(**body)

    assert (answer.status_code, answer.json()) == (422, {"code": "cannot-comment", "message": sentence})
    assert not Thread.objects.exists()


def test_p37_difficult_characters_are_kept_left_out_or_refused(calls, bob) -> None:
    answer = calls(bob).begin("a\0b 𠮷👩‍🚀 \r\n\x1b[31mc", quote="q\0")

    assert said(answer.json()) == ["ab 𠮷👩‍🚀 \n[31mc"]
    assert answer.json()["quote"] == "q"
    assert calls(bob).begin("half \ud800").status_code == 422


def test_a_notebook_holds_only_so_many(calls, thread, bob, settings) -> None:
    settings.TOMONI_COMMENTS_MAX = 1

    assert calls(bob).begin().status_code == calls(bob)("POST", f"/{thread.pk}", text="x").status_code == 422


def test_p68_who_writes_without_end_has_to_wait_and_others_do_not(calls, thread, bob, cora, settings) -> None:
    settings.TOMONI_COMMENTS_PER_HOUR = 2
    statuses = [calls(bob)("POST", f"/{thread.pk}", text="spam").status_code for _ in range(3)]
    last = calls(bob).begin()

    assert statuses == [201, 201, 429]
    assert last.status_code == 429 and int(last.headers["Retry-After"]) > 0
    assert last.json()["message"].startswith("That was tried too often in a short time.")
    assert calls(cora).begin().status_code == 201
    assert calls(bob)("PATCH", f"/{thread.pk}", resolved=True).status_code == 200
