"""When the hosts are full, people wait in a fair line and know their place."""

from runtimes.allocation import lifecycle, line, services, showing, sweeping
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Reason

from .conftest import age, link, reread


def ask(owner, *names):
    return [services.request_runtime(owner, name) for name in names]


def start(*runtimes):
    for runtime in runtimes:
        lifecycle.start(str(runtime.pk))
    return [reread(runtime).state for runtime in runtimes]


def place(runtime):
    shown = showing.latest(runtime.owner, runtime.audience)
    assert shown is not None
    return shown.place


def test_while_there_is_room_nobody_waits(ada, paper, settings):
    settings.TOMONI_BOXES = 2
    first, second = ask(ada, "one", "two")

    assert (place(first), place(second)) == (None, None)
    assert start(first, second) == ["starting", "starting"]


def test_who_finds_no_room_waits_and_is_let_in_when_somebody_leaves(ada, bob, paper, settings):
    settings.TOMONI_BOXES = 1
    (first,), (second,) = ask(ada, "one"), ask(bob, "two")
    assert start(first, second) == ["starting", "requested"]
    assert place(second) == 1

    services.reset_runtime(link(first), Reason.USER)
    lifecycle.stop(str(first.pk))

    assert reread(second).state == "starting"
    assert list(paper.boxes) == [str(second.pk)]


def test_who_has_fewer_machines_comes_first(ada, bob, paper, settings):
    settings.TOMONI_BOXES = 1
    many = ask(ada, "one", "two", "three")
    (one,) = ask(bob, "mine")
    start(many[0])

    assert [runtime.pk for runtime in line.in_line()] == [one.pk, many[1].pk, many[2].pk]
    assert (place(one), place(many[1]), place(many[2])) == (1, 2, 3)


def test_of_those_who_have_equally_many_the_one_who_asked_first_comes_first(ada, bob, cleo, settings):
    settings.TOMONI_BOXES = 0
    waiting = [ask(person, "mine")[0] for person in (cleo, ada, bob)]

    assert [place(runtime) for runtime in waiting] == [1, 2, 3]


def test_nobody_is_let_in_before_their_turn(ada, bob, paper, settings):
    settings.TOMONI_BOXES = 1
    (first,), (second,) = ask(ada, "one"), ask(bob, "two")

    assert start(second, first) == ["requested", "starting"]


def test_while_the_host_has_no_memory_to_spare_nobody_is_let_in(ada, paper, settings):
    settings.TOMONI_RESERVED_MEMORY_BYTES = 2**60
    (first,) = ask(ada, "one")

    assert start(first) == ["requested"]
    assert place(first) == 1


def test_the_reconciler_lets_in_whom_a_lost_task_forgot(ada, paper, settings):
    settings.TOMONI_BOXES = 0
    (first,) = ask(ada, "one")
    assert start(first) == ["requested"]

    settings.TOMONI_BOXES = 1
    age(first, 6)
    lifecycle.reconcile()

    assert reread(first).state == "starting"


def test_who_closes_the_page_gives_their_place_up(ada, bob, paper, settings):
    settings.TOMONI_BOXES = 0
    (first,), (second,) = ask(ada, "one"), ask(bob, "two")
    age(first, 121, "seen_at")

    sweeping.sweep()

    assert (reread(first).state, reread(first).reason) == ("gone", "left")
    assert place(second) == 1


def test_a_machine_that_is_ready_is_not_given_up_with_its_page(ready, paper):
    """Code runs on, watched or not."""
    Runtime.objects.update(kernel="busy")
    age(ready, 11 * 3600, "seen_at")

    sweeping.sweep()

    assert reread(ready).state == "ready"
