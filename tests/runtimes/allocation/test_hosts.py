"""Several hosts keep machines: each looks after its own, and one that is lost or drained troubles nobody else."""

from contextlib import contextmanager

import pytest
from django.db.models import F
from django.test import override_settings
from django.test.signals import setting_changed

from runtimes.allocation import hosts, lifecycle, line, losing, placing, pool, pool_taking, services
from runtimes.allocation.host_rows import patience
from runtimes.allocation.models import Host, PoolBox, Runtime, RuntimeType
from runtimes.allocation.states import Reason
from runtimes.allocation.tokens import agent_token

from .conftest import age, announce, link, reread
from .providers import Paper
from .test_line import place


class Fleet:
    """Hosts that share the rows and nothing else. What is done `on` one is done as its worker does it."""

    def __init__(self, monkeypatch):
        self.monkeypatch = monkeypatch
        self.boxes = {}

    @contextmanager
    def on(self, name, **settings):
        machines = self.boxes.setdefault(name, Paper())
        with override_settings(TOMONI_HOST_NAME=name, **settings), self.monkeypatch.context() as here:
            here.setattr(lifecycle, "machines", lambda: machines)
            yield machines

    def join(self, name, **settings):
        with self.on(name, **settings):
            hosts.announce()


@pytest.fixture
def fleet(host, monkeypatch, settings):
    settings.TOMONI_BOXES = 4
    setting_changed.disconnect(announce)
    Host.objects.all().delete()
    made = Fleet(monkeypatch)
    for name in ("east", "west"):
        made.join(name)
    Host.objects.update(steady_since=F("steady_since") - 2 * patience())
    return made


def silence(name):
    Host.objects.filter(pk=name).update(heard_at=F("heard_at") - 2 * patience())


def run(fleet, name, runtime):
    """A machine of this host, ready."""
    Host.objects.exclude(pk=name).update(is_drained=True)
    with fleet.on(name):
        lifecycle.start(str(runtime.pk))
    Host.objects.update(is_drained=False)
    assert reread(runtime).host_id == name
    return link(runtime)


@pytest.fixture
def both(fleet, ada, bob):
    """Ada's machine in the east, Bob's in the west."""
    return run(fleet, "east", services.request_runtime(ada, "one")), run(
        fleet, "west", services.request_runtime(bob, "two")
    )


def test_a_persons_machines_are_spread_and_then_those_with_most_room_come_first():
    east = placing.Room("east", 10, 5, frozenset({1}))
    west = placing.Room("west", 4, 3, frozenset({1, 2}))
    picked = []
    for owner, kind in ((1, 1), (1, 1), (2, 2), (3, 1), (1, 1), (4, 3)):
        room = placing.best([east, west], owner, kind)
        picked.append(room and room.host)
        if room:
            room.take(owner)

    assert picked == ["west", "east", "west", "east", "east", None]


def test_each_host_reconciles_its_own_and_leaves_the_others_alone(fleet, both):
    for name in ("east", "west"):
        with fleet.on(name):
            lifecycle.reconcile()

    assert [reread(runtime).state for runtime in both] == ["ready", "ready"]
    assert [list(fleet.boxes[name].boxes) for name in ("east", "west")] == [[str(both[0].pk)], [str(both[1].pk)]]


def test_a_worker_places_on_another_host_which_starts_it_even_if_it_was_not_told(fleet, ada):
    Host.objects.filter(pk="east").update(is_drained=True)
    runtime = services.request_runtime(ada, "one")
    with fleet.on("east") as east:
        lifecycle.start(str(runtime.pk))
    assert (reread(runtime).state, reread(runtime).host_id, east.boxes) == ("starting", "west", {})

    age(runtime, 16)
    with fleet.on("west") as west:
        lifecycle.reconcile()
    assert list(west.boxes) == [str(runtime.pk)]


def test_the_told_host_starts_it_and_a_stranger_that_was_told_by_mistake_does_not(fleet, ada):
    Host.objects.filter(pk="east").update(is_drained=True)
    runtime = services.request_runtime(ada, "one")
    with fleet.on("east") as east:
        lifecycle.start(str(runtime.pk))
        lifecycle.start_box(str(runtime.pk))
    with fleet.on("west") as west:
        lifecycle.start_box(str(runtime.pk))

    assert (list(east.boxes), list(west.boxes)) == ([], [str(runtime.pk)])


def test_the_end_of_a_machine_is_finished_by_its_host(fleet, both):
    services.reset_runtime(both[1], Reason.USER)
    with fleet.on("east"):
        lifecycle.stop(str(both[1].pk))
    assert reread(both[1]).state == "stopping"

    with fleet.on("west") as west:
        lifecycle.reconcile()
    assert (reread(both[1]).state, west.boxes) == ("gone", {})


def test_a_lost_host_takes_its_own_machines_along_and_no_others(fleet, both):
    silence("west")
    with fleet.on("east"):
        losing.end_lost()

    assert (reread(both[0]).state, reread(both[1]).state) == ("ready", "gone")
    assert reread(both[1]).reason == "host-lost"
    assert "no longer answers" in reread(both[1]).reason_detail


def test_a_machine_that_was_ending_on_a_lost_host_keeps_its_reason(fleet, both):
    services.reset_runtime(both[1], Reason.USER)
    silence("west")
    with fleet.on("east"):
        losing.end_lost()

    assert (reread(both[1]).state, reread(both[1]).reason) == ("gone", "user")


def test_who_was_away_too_calls_nobody_lost(fleet, both):
    """The database was away, and then everybody is late."""
    silence("east")
    silence("west")
    with fleet.on("east"):
        losing.end_lost()
    assert [reread(runtime).state for runtime in both] == ["ready", "ready"]

    fleet.join("west")
    with fleet.on("west"):
        losing.end_lost()
    assert [reread(runtime).state for runtime in both] == ["ready", "ready"]


def test_a_lost_host_comes_back_and_ends_what_is_nobodys(fleet, both, ada):
    silence("west")
    with fleet.on("east"):
        losing.end_lost()
    assert line_of_hosts() == {"east"}

    with fleet.on("west") as west:
        assert list(west.boxes) == [str(both[1].pk)]
        lifecycle.reconcile()
        assert west.boxes == {}
    assert line_of_hosts() == {"east", "west"}


def line_of_hosts():
    return {room.host for room in line.rooms_now()}


def test_a_drained_host_gets_nothing_new_and_keeps_what_it_has(fleet, both, ada):
    Host.objects.filter(pk="west").update(is_drained=True)
    again = [services.request_runtime(ada, f"more-{number}") for number in range(4)]
    with fleet.on("west"):
        for runtime in again:
            lifecycle.start(str(runtime.pk))
        lifecycle.reconcile()

    placed = [reread(runtime).host_id for runtime in again]
    assert placed == ["east", "east", "east", None]
    assert reread(both[1]).state == "ready"
    assert place(again[3]) == 1

    Host.objects.filter(pk="west").update(is_drained=False)
    with fleet.on("west"):
        lifecycle.start(str(again[3].pk))
    assert reread(again[3]).host_id == "west"


def pooled(fleet, name):
    with fleet.on(name, TOMONI_POOL_SIZE=1, TOMONI_RESERVED_MEMORY_BYTES=0):
        pool.keep()
    for row in PoolBox.objects.filter(host=name):
        pool_taking.note_linked(row.pk)
    return set(PoolBox.objects.filter(host=name))


def test_each_host_keeps_a_pool_and_a_drained_one_none(fleet, ada):
    (east,), (west,) = pooled(fleet, "east"), pooled(fleet, "west")
    assert list(fleet.boxes["west"].boxes) == [str(west.pk)]

    Host.objects.filter(pk="east").update(is_drained=True)
    assert services.request_runtime(ada, "one").pk == west.pk, "not the older one, for its host is drained"
    assert pooled(fleet, "east") == set()
    assert fleet.boxes["east"].boxes == {}
    assert east.pk not in set(PoolBox.objects.values_list("pk", flat=True))


def test_the_administrator_sets_the_pool_of_one_host(fleet):
    Host.objects.filter(pk="east").update(pool_size=2)

    assert (len(pooled(fleet, "east")), len(pooled(fleet, "west"))) == (2, 1)


def test_waiting_boxes_are_taken_where_the_person_has_fewest(fleet, ada):
    (east,), (west,) = pooled(fleet, "east"), pooled(fleet, "west")

    assert [services.request_runtime(ada, name).pk for name in ("one", "two")] == [east.pk, west.pk]
    for runtime in Runtime.objects.all():
        link(runtime)
    (east,), (west,) = pooled(fleet, "east"), pooled(fleet, "west")
    Runtime.objects.filter(host="west").update(state="gone")
    assert services.request_runtime(ada, "three").pk == west.pk


def test_a_type_goes_where_its_label_is(fleet, ada):
    RuntimeType.objects.update_or_create(slug="python", defaults={"label": "big"})
    runtime = services.request_runtime(ada, "one")
    with fleet.on("east"):
        lifecycle.start(str(runtime.pk))
    assert reread(runtime).state == "requested"

    with fleet.on("west", TOMONI_HOST_LABELS=["big"]) as west:
        lifecycle.start(str(runtime.pk))
    assert list(west.boxes) == [str(runtime.pk)]


def test_who_waits_for_a_host_that_is_full_holds_up_nobody_else(fleet, ada, bob):
    special = RuntimeType.objects.create(slug="special", name="Special", label="rare")
    first = services.request_runtime(ada, "one", "special")
    second = services.request_runtime(bob, "two")
    age(first, 60, "requested_at")

    assert [runtime.pk for runtime, _ in line.next_ones()] == [second.pk]
    assert (place(first), place(second)) == (1, None)
    assert first.type == special


def test_stopping_one_host_on_purpose_leaves_the_others(fleet, both, cleo):
    waiting = services.request_runtime(cleo, "three")
    with fleet.on("west") as west:
        lifecycle.shut_down()

    assert [reread(runtime).state for runtime in both] == ["ready", "gone"]
    assert (reread(waiting).state, reread(waiting).host_id) == ("starting", "east")
    assert (west.boxes, line_of_hosts()) == ({}, {"east"})


def test_rows_of_an_older_version_are_taken_up_by_the_host_that_has_their_box(fleet, both):
    Runtime.objects.update(host=None)
    with fleet.on("west"):
        lifecycle.reconcile()
    with fleet.on("east"):
        lifecycle.reconcile()

    assert [(reread(runtime).state, reread(runtime).host_id) for runtime in both] == [
        ("ready", "east"),
        ("ready", "west"),
    ]


def test_the_agent_of_a_lost_machine_is_no_longer_known(fleet, both):
    silence("west")
    with fleet.on("east"):
        losing.end_lost()

    assert services.runtime_for_token(agent_token(both[1])) is None
