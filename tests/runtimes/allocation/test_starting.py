"""Connect: from a row to a box whose agent links up, whatever happens on the way."""

from runtimes.allocation import lifecycle, services
from runtimes.allocation.states import Reason

from .conftest import age, link, reread
from .providers import Forgetful, Refusing


def test_a_requested_runtime_gets_the_box_that_its_type_describes(requested, paper):
    lifecycle.start(str(requested.pk))

    [request] = paper.requests
    assert request.name == str(requested.pk)
    assert request.memory_bytes == requested.type.memory_bytes
    assert request.lifetime_seconds == 12 * 3600
    assert reread(requested).state == "starting"
    assert reread(requested).ends_at is not None


def test_it_is_ready_when_its_agent_links_up(starting, paper):
    assert services.runtime_for_token("guess") is None
    assert services.runtime_for_token(paper.requests[0].token) == starting

    assert link(starting).state == "ready"


def test_p23_a_repeated_start_makes_no_second_box(requested, paper):
    for _ in range(3):
        lifecycle.start(str(requested.pk))

    assert len(paper.requests) == 1


def test_what_is_no_longer_wanted_is_not_started(requested, paper):
    services.reset_runtime(requested, Reason.USER)
    lifecycle.start(str(requested.pk))

    assert paper.requests == []


def test_one_that_cannot_start_says_why(requested, use):
    use(Refusing())
    lifecycle.start(str(requested.pk))

    runtime = reread(requested)
    assert (runtime.state, runtime.reason) == ("gone", "failed")
    assert runtime.reason_detail == "The disk of this host is full."


def test_a_lost_nudge_is_made_good(requested, paper):
    lifecycle.reconcile()
    assert paper.requests == []

    age(requested, 6)
    lifecycle.reconcile()
    assert reread(requested).state == "starting"
    assert len(paper.requests) == 1


def test_p05_a_worker_that_died_before_there_was_a_box_is_made_good(requested, use):
    forgetful = use(Forgetful())
    try:
        lifecycle.start(str(requested.pk))
    except SystemExit:
        age(requested, 16)

    lifecycle.reconcile()

    assert list(forgetful.boxes) == [str(requested.pk)]
    assert link(requested).state == "ready"


def test_a_box_whose_agent_never_comes_is_given_up_with_a_sentence(starting, paper):
    age(starting, 61)
    lifecycle.reconcile()

    runtime = reread(starting)
    assert (runtime.state, runtime.reason) == ("gone", "failed")
    assert "did not answer within 60 seconds" in runtime.reason_detail
    assert paper.boxes == {}


def test_until_then_it_is_waited_for(starting, paper):
    age(starting, 30)
    lifecycle.reconcile()

    assert reread(starting).state == "starting"
    assert len(paper.requests) == 1
