"""What machines use is counted once, whatever is repeated, late or killed (P99)."""

import pytest
from django.db import DatabaseError

from runtimes.allocation import lifecycle, pool, pool_taking, services, usage
from runtimes.allocation.models import PoolBox, Runtime, RuntimeType, UsageDay
from runtimes.allocation.states import Reason
from runtimes.machines.provider import Meter

from .conftest import age, reread
from .test_races import at_once

MIB = 2**20


def meter(seconds, cpu=None, counter="one"):
    return Meter(counter, seconds, seconds / 2 if cpu is None else cpu, seconds * 100 * MIB)


def used(field="seconds"):
    return round(sum(UsageDay.objects.values_list(field, flat=True)), 6)


@pytest.fixture
def old(ready):
    """A machine that has run for long enough for everything below."""
    return age(ready, 3600, "requested_at")


def look(runtime, measured):
    usage.take_down(str(runtime.pk), measured)


def test_each_look_adds_what_is_new(old, ada):
    look(old, meter(10))
    look(old, meter(10.5))
    look(old, meter(1000))

    (row,) = UsageDay.objects.all()
    assert (row.user, row.type) == (ada, old.type)
    assert 12.5 <= row.seconds < 13, "no more than has passed since the look before"
    age(old, 60, "metered_at")
    look(old, meter(1012))
    assert 24.5 <= used() < 25
    assert used("memory_byte_seconds") >= 24.5 * 100 * MIB
    assert used("cpu_seconds") >= 12.25


def test_p99_looks_that_are_repeated_late_or_at_once_add_nothing(old):
    look(old, meter(10))
    age(old, 60, "metered_at")
    look(old, meter(10))
    look(old, meter(4))

    assert used() == 10


@pytest.mark.django_db(transaction=True)
def test_p99_of_many_who_look_at_once_one_counts(old):
    at_once(lambda: look(old, meter(10)))

    assert (used(), UsageDay.objects.count()) == (10, 1)


def test_p99_a_crash_between_mark_and_row_leaves_neither(old, monkeypatch):
    def crash(*_):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(usage, "_add", crash)
        with pytest.raises(DatabaseError):
            look(old, meter(10))
    assert reread(old).meter_seconds == 0

    look(old, meter(10))
    assert used() == 10


def test_p99_a_box_that_began_again_counts_from_nothing(old):
    look(old, meter(10))
    age(old, 60, "metered_at")
    look(old, meter(3, counter="two"))

    assert used() == 13


@pytest.mark.parametrize("wrong", [meter(10**9), meter(5, cpu=10**9), meter(-5), meter(5, cpu=-3)])
def test_p99_a_broken_counter_is_never_negative_or_unbounded(old, wrong):
    look(old, wrong)

    assert 0 <= used() <= 3603
    assert 0 <= used("cpu_seconds") <= used() * old.type.cpus * usage.MEASURING_ERROR + 1e-6


def test_what_is_stopped_is_counted_first(old, paper):
    paper.meters[str(old.pk)] = meter(20)
    services.reset_runtime(old, Reason.USER)
    lifecycle.stop(str(old.pk))

    assert used() == 20


def test_the_reconciler_counts_what_runs(old, paper):
    paper.meters[str(old.pk)] = meter(20)
    lifecycle.reconcile()

    assert used() == 20


def test_a_box_whose_end_was_not_finished_is_counted_when_it_is_swept(old, paper):
    paper.meters[str(old.pk)] = meter(20)
    Runtime.objects.update(state="gone")
    lifecycle.reconcile()

    assert (used(), paper.boxes) == (20, {})


def test_what_a_box_used_in_the_pool_is_nobodys(ada, paper, settings):
    settings.TOMONI_POOL_SIZE, settings.TOMONI_RESERVED_MEMORY_BYTES = 1, 0
    pool.keep()
    (box,) = PoolBox.objects.all()
    pool_taking.note_linked(box.pk)
    paper.meters[str(box.pk)] = meter(600)
    pool.keep()

    runtime = services.request_runtime(ada, "notebook-1")
    assert runtime.pk == box.pk
    age(runtime, 60, "requested_at", "metered_at")
    look(runtime, meter(607))

    assert used() == 7


def test_time_with_an_accelerator_is_counted_apart(old):
    RuntimeType.objects.update(accelerator="T4")
    look(old, meter(10))

    assert used("accelerator_seconds") == 10


def test_people_read_their_own_use(old, ada, bob, client):
    look(old, meter(3600))
    client.force_login(ada)
    answer = client.get("/api/usage", {"days": 2}).json()

    (row,) = answer["rows"]
    assert (row["slug"], row["seconds"], row["cpu_seconds"]) == ("python", 3600, 1800)
    assert row["memory_gib_hours"] == round(100 / 1024, 6)
    client.force_login(bob)
    assert client.get("/api/usage").json()["rows"] == []
    assert client.get("/api/usage", {"days": 0}).status_code == 422
