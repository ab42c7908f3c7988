"""Boxes that wait with a started kernel: who gets one, and that nobody is worse off for them."""

import uuid

import pytest
from django.db.models import F
from django.db.models.functions import Now

from runtimes.allocation import hosts, kernels, lifecycle, pool, pool_taking, services
from runtimes.allocation.models import PoolBox, Runtime, RuntimeType
from runtimes.allocation.pool_rows import HEARD_WITHIN
from runtimes.allocation.pool_sizes import BOX_BYTES, HostMemory, affordable, wanted
from runtimes.allocation.states import Reason
from runtimes.allocation.tokens import agent_token
from runtimes.machines.kernels import KernelWish

from .conftest import link, reread
from .providers import Forgetful, Refusing
from .test_races import at_once

GIB = 2**30


@pytest.fixture(autouse=True)
def much_memory(settings, monkeypatch):
    """A host that is short of nothing, so that these tests do not depend on the one that they run on."""
    settings.TOMONI_POOL_SIZE = 2
    monkeypatch.setattr(hosts, "host_memory", lambda: {"MemTotal": 64 * GIB, "MemAvailable": 60 * GIB})


@pytest.fixture
def warm(db, paper):
    """Two boxes that wait."""
    return fill()


def fill():
    pool.keep()
    for row in PoolBox.objects.filter(state="starting"):
        assert pool_taking.note_linked(row.pk)
    return list(PoolBox.objects.order_by("made_at"))


def names(rows):
    return {str(row.pk) for row in rows}


def test_as_many_boxes_wait_as_the_administrator_says(warm, paper):
    assert set(paper.boxes) == names(warm)
    assert len(warm) == 2
    assert all(request.imports and request.waits_seconds for request in paper.requests)


def test_who_connects_gets_the_one_that_has_waited_longest(warm, ada, paper):
    runtime = services.request_runtime(ada, "notebook-1")

    assert (runtime.pk, runtime.state, runtime.owner) == (warm[0].pk, "starting", ada)
    assert link(runtime).state == "ready"
    assert reread(runtime).ends_at is not None
    assert [change.new for change in runtime.changes.all()] == ["starting", "ready"]


def test_other_kernels_start_cold(warm, ada, monkeypatch):
    monkeypatch.setattr(kernels, "here", lambda: [{"name": "bash", "display_name": "Bash", "language": "bash"}])
    hosts.announce()

    runtime = services.request_runtime(ada, "notebook-1", kernel=KernelWish("bash"))

    assert (runtime.state, runtime.kernelspec, PoolBox.objects.count()) == ("requested", "bash", 2)


def test_a_box_that_was_taken_is_nobody_elses_and_never_comes_back(warm, ada, bob, paper):
    first, second = services.request_runtime(ada, "one"), services.request_runtime(bob, "two")
    third = services.request_runtime(bob, "three")

    assert {first.pk, second.pk} == {row.pk for row in warm}
    assert (third.state, PoolBox.objects.count()) == ("requested", 0)
    link(second)
    lifecycle.start(str(third.pk))
    link(third)
    services.reset_runtime(link(first), Reason.USER)
    lifecycle.stop(str(first.pk))
    assert str(first.pk) not in paper.boxes
    assert fill()
    assert first.pk not in {row.pk for row in PoolBox.objects.all()}


def test_the_pool_is_filled_again(warm, ada, paper):
    taken = services.request_runtime(ada, "one")
    link(taken)

    assert len(fill()) == 2
    assert len(paper.boxes) == 3


def test_a_box_whose_agent_is_away_is_not_handed_out(warm, ada):
    pool_taking.note_unlinked(warm[0].pk)
    PoolBox.objects.filter(pk=warm[1].pk).update(heard_at=Now() - 2 * HEARD_WITHIN)

    assert services.request_runtime(ada, "one").state == "requested"


def test_a_token_of_the_pool_is_that_of_the_machine_afterwards(warm, ada):
    token = agent_token(warm[0])
    assert services.runtime_for_token(token) is None
    assert pool_taking.box_for_token(token) == warm[0]

    runtime = services.request_runtime(ada, "one")

    assert services.runtime_for_token(token) == runtime
    assert pool_taking.box_for_token(token) is None


def test_a_type_that_was_edited_gets_no_box_of_its_old_figures(warm, ada, paper):
    RuntimeType.objects.update(memory_bytes=GIB)

    assert services.request_runtime(ada, "one").state == "requested"
    Runtime.objects.all().delete()
    fill()
    assert set(paper.boxes).isdisjoint(names(warm))
    assert {request.memory_bytes for request in paper.requests[2:]} == {GIB}


def test_a_box_of_another_type_is_not_given(warm, ada):
    RuntimeType.objects.create(slug="large", name="Large", memory_bytes=20 * GIB)

    assert services.request_runtime(ada, "one", "large").state == "requested"


def test_who_waits_already_comes_before_who_connects_now(warm, ada, bob):
    PoolBox.objects.update(state="starting")
    services.request_runtime(ada, "one")
    PoolBox.objects.update(state="waiting")

    assert services.request_runtime(bob, "two").state == "requested"


def test_nothing_is_started_for_the_pool_while_somebody_waits_for_a_machine(ada, paper):
    services.request_runtime(ada, "one")
    pool.keep()

    assert paper.boxes == {}


def test_on_a_full_host_the_pool_gives_way(warm, ada, paper, settings):
    settings.TOMONI_BOXES = 2
    PoolBox.objects.update(state="starting")
    runtime = services.request_runtime(ada, "one")

    lifecycle.start(str(runtime.pk))

    assert reread(runtime).state == "starting"
    assert len(paper.boxes) == 2
    assert PoolBox.objects.count() == 1


def test_the_pool_takes_no_place_that_somebody_has(ada, paper, settings):
    settings.TOMONI_BOXES = 1
    runtime = services.request_runtime(ada, "one")
    lifecycle.start(str(runtime.pk))
    link(reread(runtime))
    pool.keep()

    assert set(paper.boxes) == {str(runtime.pk)}


def test_where_memory_is_short_the_pool_goes(warm, paper, monkeypatch):
    monkeypatch.setattr(hosts, "host_memory", lambda: {"MemTotal": 64 * GIB, "MemAvailable": 2 * GIB})
    pool.keep()

    assert paper.boxes == {}


def test_the_reconciler_leaves_the_pool_alone_and_stops_what_it_has_lost(warm, paper):
    lifecycle.reconcile()
    assert set(paper.boxes) == names(warm)

    PoolBox.objects.filter(pk=warm[0].pk).delete()
    lifecycle.reconcile()
    assert set(paper.boxes) == {str(warm[1].pk)}


def test_a_box_that_died_is_replaced(warm, paper):
    paper.die(warm[0], "exit")
    PoolBox.objects.update(made_at=F("made_at") - 2 * lifecycle.UNFINISHED)

    assert str(warm[0].pk) not in names(fill())
    assert len(paper.boxes) == 2


def test_an_old_box_is_replaced(warm, paper, settings):
    settings.TOMONI_POOL_AGE_SECONDS = 0

    pool.keep()

    assert set(paper.boxes).isdisjoint(names(warm))


def test_p05_a_worker_that_died_before_there_was_a_box_leaves_nothing(db, use):
    forgetful = use(Forgetful())
    with pytest.raises(SystemExit):
        pool.keep()
    [lost] = PoolBox.objects.all()
    PoolBox.objects.update(made_at=F("made_at") - 2 * lifecycle.UNFINISHED)

    assert lost.pk not in {row.pk for row in fill()}
    assert set(forgetful.boxes) == names(PoolBox.objects.all())


def test_a_host_that_can_start_nothing_keeps_no_rows(db, use):
    use(Refusing())
    pool.keep()

    assert PoolBox.objects.count() == 0


def test_a_stopped_platform_has_no_pool(warm, paper):
    lifecycle.shut_down()

    assert (paper.boxes, PoolBox.objects.count()) == ({}, 0)


@pytest.mark.django_db(transaction=True)
def test_p23_kept_four_times_at_once_it_is_no_larger(paper):
    services_type = RuntimeType.objects.create(slug="python", name="Python 3")
    at_once(pool.keep)

    assert PoolBox.objects.filter(type=services_type).count() == 2
    assert set(paper.boxes) == names(PoolBox.objects.all())


@pytest.mark.django_db(transaction=True)
def test_p93_of_many_who_connect_at_once_each_box_has_one(warm, ada, paper):
    at_once(lambda: services.request_runtime(ada, str(uuid.uuid4())))

    taken = Runtime.objects.filter(state="starting")
    assert {runtime.pk for runtime in taken} == {row.pk for row in warm}
    assert Runtime.objects.filter(state="requested").count() == 2


def test_its_size_follows_what_is_asked_for():
    assert [wanted(1, 10, asked) for asked in (0, 1, 2, 3, 8, 50)] == [1, 1, 1, 2, 4, 10]
    assert wanted(5, 0, 100) == 0


def test_it_keeps_within_its_share_and_leaves_a_reserve():
    host = HostMemory(total=100 * BOX_BYTES, available=50 * BOX_BYTES)
    assert affordable(host, share=0.1, held=0) == 10
    assert affordable(host, share=0.9, held=3) == 43
    assert affordable(HostMemory(100 * BOX_BYTES, 4 * BOX_BYTES), share=0.9, held=8) == 2
    assert affordable(HostMemory(100 * BOX_BYTES, 0), share=0.9, held=8) == 0
