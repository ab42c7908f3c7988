"""The database's clock jumps an hour forward or back: no machine ends early for it, and none stays for longer (P91)."""

from datetime import timedelta

import pytest
from django.db.models import DateTimeField, F

from runtimes.allocation import hosts, jumps, losing, services, sweeping
from runtimes.allocation.models import Host, Runtime

from .conftest import age, reread

MINUTE, HOUR = 60, 3600


def jump(seconds):
    """The database's clock is set: by its new time, everything that was noted is older by as much."""
    for model in (Host, Runtime):
        times = [field.name for field in model._meta.get_fields() if isinstance(field, DateTimeField)]
        model.objects.update(**{field: F(field) - timedelta(seconds=seconds) for field in times})


@pytest.fixture
def settle():
    """The host has been heard of, and so have the machines been swept."""

    def settle():
        sweeping.sweep()
        hosts.announce()
        sweeping.sweep()

    return settle


def idle_minutes(runtime, minutes):
    return age(runtime, minutes * MINUTE, "last_activity_at", "seen_at")


@pytest.mark.parametrize("jumps_of", [(HOUR,), (HOUR, -HOUR), (-HOUR,), (-HOUR, HOUR), (HOUR, HOUR)])
def test_p91_an_idle_machine_is_given_back_after_as_long_as_without_a_jump(ready, settle, paper, jumps_of):
    idle_minutes(ready, 40)
    for seconds in jumps_of:
        jump(seconds)
        settle()
        assert reread(ready).state == "ready"
    idle_minutes(ready, 49)
    settle()
    assert reread(ready).state == "ready"

    idle_minutes(ready, 2)
    settle()
    assert (reread(ready).state, reread(ready).reason) == ("gone", "idle")


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_p91_a_lifetime_lasts_as_long_as_without_a_jump(ready, settle, paper, seconds):
    Runtime.objects.update(kernel="busy")
    age(ready, 12 * HOUR - 10 * MINUTE, "ends_at")
    jump(seconds)
    settle()
    age(ready, 9 * MINUTE, "ends_at")
    settle()
    assert reread(ready).state == "ready"

    age(ready, 2 * MINUTE, "ends_at")
    settle()
    assert (reread(ready).state, reread(ready).reason) == ("gone", "lifetime")


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_p91_what_is_used_between_the_jump_and_the_next_look_has_just_been_used(ready, settle, paper, seconds):
    idle_minutes(ready, 80)
    jump(seconds)
    services.touch(ready)
    settle()
    idle_minutes(ready, 89)
    settle()
    assert reread(ready).state == "ready"

    idle_minutes(ready, 2)
    settle()
    assert reread(ready).reason == "idle"


def test_p91_no_other_host_is_called_lost_because_it_has_not_been_heard_of_by_the_new_time(ready, paper):
    Host.objects.update(steady_since=F("steady_since") - timedelta(hours=1))
    assert hosts.is_judge()
    Host.objects.create(name="other", places=1, memory=1, memory_free=1, memory_reserved=0, processors=1, load=0)
    Host.objects.filter(name="other").update(heard_at=Host.objects.get(pk=hosts.this_host()).heard_at)
    Runtime.objects.update(host="other")
    jump(HOUR)
    losing.end_lost()

    assert reread(ready).state == "ready"


def test_a_host_that_was_started_anew_has_another_clock(ready, settle, paper, monkeypatch):
    before = reread(ready).ends_at
    monkeypatch.setattr(jumps, "boot", lambda: "another start")
    monkeypatch.setattr(jumps, "awake_or_asleep", lambda: 10.0)
    settle()

    assert reread(ready).ends_at == before


def test_a_small_difference_is_no_jump(ready, settle, paper):
    jump(10)
    before = reread(ready).ends_at
    settle()

    assert reread(ready).ends_at == before
