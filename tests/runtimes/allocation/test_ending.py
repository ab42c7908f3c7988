"""Runtimes end when asked, and rows learn of boxes that ended by themselves."""

from uuid import UUID

import pytest

from runtimes.allocation import lifecycle, services
from runtimes.allocation.states import Reason
from runtimes.execution.models import Execution
from runtimes.execution.services import accept_run

from .conftest import age, link, reread
from .providers import Stuck

RUN = UUID("11111111-2222-3333-4444-555555555555")


def test_a_reset_runtime_is_stopped_and_its_token_ends(ready, paper):
    services.reset_runtime(ready, Reason.RESET)
    assert reread(ready).state == "stopping"

    lifecycle.stop(str(ready.pk))

    runtime = reread(ready)
    assert (runtime.state, runtime.reason, paper.boxes) == ("gone", "reset", {})
    assert services.runtime_for_token(paper.requests[0].token) is None
    assert [change.new for change in runtime.changes.all()] == ["starting", "ready", "stopping", "gone"]


def test_a_lost_stop_is_made_good(ready, paper):
    services.reset_runtime(ready, Reason.USER)
    lifecycle.reconcile()

    assert reread(ready).state == "gone"
    assert paper.boxes == {}


def test_stop_without_a_reset_does_nothing(ready, paper):
    lifecycle.stop(str(ready.pk))

    assert reread(ready).state == "ready"
    assert paper.stops == []


@pytest.mark.parametrize(
    ("died_of", "reason", "words"),
    [
        ("out-of-memory", "out-of-memory", "memory"),
        ("exit", "host-lost", "unexpectedly"),
        ("lost", "host-lost", "lost"),
    ],
)
def test_p08_a_box_that_died_is_noticed_and_said(ready, paper, died_of, reason, words):
    paper.die(ready, died_of)
    lifecycle.reconcile()

    runtime = reread(ready)
    assert (runtime.state, runtime.reason) == ("gone", reason)
    assert words in runtime.reason_detail
    assert paper.boxes == {}


def test_p08_a_box_that_vanished_is_noticed(ready, paper):
    paper.boxes.clear()
    lifecycle.reconcile()

    assert (reread(ready).state, reread(ready).reason) == ("gone", "host-lost")


def test_a_box_that_ended_at_its_lifetime_was_not_lost(ready, paper):
    paper.die(age(ready, 12 * 3600, "ends_at"), "exit")
    lifecycle.reconcile()

    assert reread(ready).reason == "lifetime"
    assert "12 hours" in reread(ready).reason_detail


def test_a_healthy_one_is_left_alone(ready, paper):
    age(ready, 3600, "linked_at", "ready_at", "changed_at")
    lifecycle.reconcile()

    assert reread(ready).state == "ready"
    assert paper.stops == []


def test_one_that_started_after_the_boxes_were_listed_is_not_taken_for_lost(starting, paper, monkeypatch):
    lists = iter([{}, paper.list()])
    monkeypatch.setattr(paper, "list", lambda: next(lists))
    link(starting)

    lifecycle.reconcile()

    assert reread(starting).state == "ready"


def test_boxes_that_nobody_owns_are_stopped(ready, paper):
    paper.boxes["stray"] = paper.boxes[str(ready.pk)]
    lifecycle.reconcile()

    assert list(paper.boxes) == [str(ready.pk)]


def test_one_box_that_cannot_be_stopped_does_not_hold_up_the_others(ready, use):
    stuck = use(Stuck("a", str(ready.pk)))
    stuck.boxes = dict.fromkeys(["a", "b"])
    services.reset_runtime(ready, Reason.USER)

    lifecycle.reconcile()
    assert list(stuck.boxes) == ["a"]
    assert reread(ready).state == "stopping"

    stuck.stuck.clear()
    lifecycle.reconcile()
    assert (reread(ready).state, list(stuck.boxes)) == ("gone", [])


def test_what_it_had_not_finished_ends_with_it(ready, paper, ada):
    accept_run(ready, RUN, "while True: pass", by=ada, cell="c", batch="")
    paper.die(ready, "out-of-memory", "It took more than 12.0 GB.")

    lifecycle.reconcile()

    execution = Execution.objects.get(pk=RUN)
    assert (execution.state, execution.reason) == ("aborted", "It took more than 12.0 GB.")
