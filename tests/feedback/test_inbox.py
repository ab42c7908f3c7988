"""The inbox: everything that is done in it is done, told and recorded."""

import csv
import io

import pytest

from accounts.models import AuditEntry, Mail
from feedback import tasks
from feedback.models import Feedback
from feedback.services import Message, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_root(client, root):
    client.force_login(root)
    return client


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def act(client, row, what, **values):
    answer = client.post(f"/dashboard/feedback/{row.pk}/{what}", values)
    row.refresh_from_db()
    return answer


def test_an_answer_reaches_the_sender(as_root, ada, message):
    assert act(as_root, message, "answer", text="Fixed.", action="answer").status_code == 302
    assert (
        message.state == "answered"
        and Mail.objects.get(to=ada.email).subject == f"An answer to your message F-{message.pk}"
    )
    assert acts() == ["feedback.answered"]


def test_a_note_reaches_nobody_else(as_root, message):
    act(as_root, message, "answer", text="Ours?", action="note")
    assert message.state == "open" and not Mail.objects.exists() and acts() == ["feedback.noted"]


def test_it_is_given_to_somebody_and_taken_back(as_root, root, message):
    act(as_root, message, "assign", assignee=root.pk)
    assert message.assignee == root
    act(as_root, message, "assign", assignee="")
    assert message.assignee is None and acts() == ["feedback.assigned"] * 2


def test_only_who_works_here_can_be_given_it(as_root, bob, message):
    assert act(as_root, message, "assign", assignee=bob.pk).status_code == 422
    assert message.assignee is None and acts() == []


def test_it_is_closed_and_opened(as_root, message):
    act(as_root, message, "state", action="close")
    assert message.state == "closed"
    act(as_root, message, "state", action="open")
    assert message.state == "open" and acts() == ["feedback.closed", "feedback.open"]


def test_duplicates_are_linked_to_one_original(as_root, bob, message):
    second, third = (receive(bob, Message(text), "en") for text in ("Second", "Third"))
    act(as_root, third, "original", original=f"F-{second.pk}")
    act(as_root, second, "original", original=str(message.pk))
    third.refresh_from_db()
    assert (second.original, third.original) == (message, message)
    assert act(as_root, message, "original", original=f"F-{second.pk}").status_code == 422
    act(as_root, second, "original", original="")
    assert second.original is None


@pytest.mark.parametrize("written", ["F-999999", "twelve", "F-0", "self"])
def test_a_number_that_is_none_is_refused(as_root, message, written):
    answer = act(as_root, message, "original", original=f"F-{message.pk}" if written == "self" else written)
    assert answer.status_code == 422 and acts() == []


def test_the_list_is_searched_and_filtered(as_root, bob, message):
    receive(bob, Message("A dark theme, please.", kind="idea"), "en")
    listed = lambda query: as_root.get(f"/dashboard/feedback/?{query}").content.decode()  # noqa: E731
    assert "The plot is empty." in listed("") and "A dark theme" in listed("")
    for query in ("q=theme", "kind=idea", "q=bob@example.org"):
        assert "A dark theme" in listed(query) and "The plot is empty." not in listed(query)
    assert "The plot is empty." in listed(f"q=F-{message.pk}")
    assert "Nothing here" in listed("state=closed")


@pytest.mark.parametrize(
    "query", ["q=%00", "q='%3B--", "state=x", "assignee=x", "page=-1", "page=x", "q=9999999999999999999"]
)
def test_p78_odd_queries_are_only_queries(as_root, message, query):
    assert as_root.get(f"/dashboard/feedback/?{query}").status_code == 200


def test_p78_the_export_holds_what_is_listed_and_no_formula(as_root, bob, message):
    receive(bob, Message('=HYPERLINK("http://evil.example")', kind="idea"), "en")
    answer = as_root.post("/dashboard/feedback/export", {"kind": "idea"})
    lines = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    header, row = csv.reader(io.StringIO(lines))
    assert header[0] == "number" and row[-1] == '\'=HYPERLINK("http://evil.example")'
    assert acts() == ["feedback.exported"]


def test_the_page_of_one_shows_all_that_came_along_and_runs_none_of_it(as_root, ada):
    diagnostics = {"errors": [{"message": "</pre><script>alert(1)</script>"}]}
    row = receive(ada, Message("See this", diagnostics=diagnostics, content="<b>x</b>"), "en")
    tasks.complete(row.pk)
    Feedback.objects.filter(pk=row.pk).update(log="line <i>of</i> ours")
    page = as_root.get(f"/dashboard/feedback/{row.pk}").content.decode()
    for shown in ("&lt;script&gt;alert(1)", "&lt;b&gt;x&lt;/b&gt;", "line &lt;i&gt;of"):
        assert shown in page
