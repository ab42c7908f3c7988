"""Every task twice at once does what it does once (P23)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from runtimes.allocation import lifecycle, services, sweeping
from runtimes.allocation.models import RuntimeChange
from runtimes.allocation.states import Reason

from .conftest import age, link, reread
from .providers import Slow

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, times=4):
    """Run this in several threads from the same moment; what one of them raises is raised."""
    barrier = threading.Barrier(times)

    def run(_):
        barrier.wait(10)
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        list(threads.map(run, range(times)))


def start_in_a_thread(runtime):
    def run():
        lifecycle.start(str(runtime.pk))
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def steps(runtime):
    return [change.new for change in RuntimeChange.objects.filter(runtime=runtime)]


def test_p23_start_four_times_at_once(requested, paper):
    at_once(lambda: lifecycle.start(str(requested.pk)))

    assert len(paper.requests) == 1
    assert steps(requested) == ["starting"]


def test_p23_stop_four_times_at_once(ready, paper):
    services.reset_runtime(ready, Reason.USER)
    at_once(lambda: lifecycle.stop(str(ready.pk)))

    assert paper.boxes == {}
    assert steps(ready) == ["starting", "ready", "stopping", "gone"]


def test_p23_reconcile_four_times_at_once(ready, paper):
    paper.die(ready, "lost")
    at_once(lifecycle.reconcile)

    assert paper.boxes == {}
    assert steps(ready) == ["starting", "ready", "gone"]


def test_p23_sweep_four_times_at_once(ready, paper):
    age(ready, 90 * 60 + 1, "last_activity_at")
    at_once(sweeping.sweep)

    assert steps(ready) == ["starting", "ready", "stopping", "gone"]


def test_p23_the_canary_four_times_at_once(db):
    at_once(lifecycle.canary)


def test_ended_by_its_owner_while_it_starts_it_leaves_no_box(requested, use):
    slow = use(Slow())
    starting = start_in_a_thread(requested)
    assert slow.begun.wait(10)
    services.reset_runtime(reread(requested), Reason.USER)
    lifecycle.stop(str(requested.pk))
    slow.let.set()
    starting.join(10)

    lifecycle.reconcile()

    assert slow.boxes == {}
    assert reread(requested).state == "gone"


def test_a_start_repeated_by_the_reconciler_fits_the_box_of_the_first(requested, use):
    slow = use(Slow())
    starting = start_in_a_thread(requested)
    assert slow.begun.wait(10)
    age(requested, 16)
    slow.let.set()
    lifecycle.reconcile()
    starting.join(10)

    assert len(slow.requests) == 1
    assert link(requested).state == "ready"
