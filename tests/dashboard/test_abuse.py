"""The page of abuse: what was seen, and an administrator's word on it."""

import pytest

from runtimes.allocation.abuse_rows import AbuseFlag
from runtimes.allocation.services import request_runtime
from tests.dashboard.conftest import acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]


@pytest.fixture
def flag(ada, notebook):
    runtime = request_runtime(ada, str(notebook.pk))
    return AbuseFlag.objects.create(
        runtime=runtime, owner=ada, kind="mining", evidence="xmrig: ./xmrig <b>", is_stopped=True
    )


def page(as_root):
    return as_root.get("/dashboard/abuse/").content.decode()


def test_what_was_seen_is_shown_as_text(as_root, flag):
    assert "xmrig: ./xmrig &lt;b&gt;" in page(as_root)
    assert "ada@example.org" in page(as_root) and "machine stopped" in page(as_root)


@pytest.mark.parametrize(("word", "state"), [("clear", "cleared"), ("confirm", "confirmed")])
def test_an_administrator_judges(as_root, flag, word, state):
    assert as_root.post(f"/dashboard/abuse/{flag.pk}/{word}").status_code == 302
    assert AbuseFlag.objects.get().state == state
    assert acts() == [f"abuse.{state}"]


def test_nothing_is_said_when_there_is_nothing(as_root):
    assert "Nothing looked like abuse" in page(as_root)
