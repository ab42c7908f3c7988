"""Nobody keeps a machine that they do not use, or for longer than its type allows."""

from runtimes.allocation import lifecycle, services
from runtimes.allocation.models import Canary, Runtime
from runtimes.allocation.tasks import canary as canary_task

from .conftest import age, reread

NINETY_MINUTES = 90 * 60


def test_one_that_is_idle_for_ninety_minutes_is_given_back(ready, paper):
    age(ready, NINETY_MINUTES + 1, "last_activity_at")
    lifecycle.sweep()

    runtime = reread(ready)
    assert (runtime.state, runtime.reason, paper.boxes) == ("gone", "idle", {})
    assert "90 minutes" in runtime.reason_detail


def test_not_a_moment_earlier(ready, paper):
    age(ready, NINETY_MINUTES - 5, "last_activity_at")
    lifecycle.sweep()

    assert reread(ready).state == "ready"


def test_a_command_of_its_owner_starts_the_clock_anew(ready, paper):
    services.touch(age(ready, NINETY_MINUTES + 1, "last_activity_at"))
    lifecycle.sweep()

    assert reread(ready).state == "ready"


def test_one_whose_code_runs_is_not_idle_and_its_clock_starts_when_the_code_ends(ready, paper):
    Runtime.objects.update(kernel="busy")
    age(ready, NINETY_MINUTES + 1, "last_activity_at")
    lifecycle.sweep()
    Runtime.objects.update(kernel="idle")
    lifecycle.sweep()

    assert reread(ready).state == "ready"


def test_at_the_end_of_its_lifetime_it_ends_even_while_code_runs(ready, paper):
    Runtime.objects.update(kernel="busy")
    age(ready, 12 * 3600 + 1, "ends_at")
    lifecycle.sweep()

    runtime = reread(ready)
    assert (runtime.state, runtime.reason, paper.boxes) == ("gone", "lifetime", {})
    assert "12 hours" in runtime.reason_detail


def test_settings_can_shorten_both(ready, paper, settings):
    settings.TOMONI_IDLE_SECONDS = 20
    age(ready, 21, "last_activity_at")
    lifecycle.sweep()

    assert reread(ready).reason == "idle"
    assert "20 seconds" in reread(ready).reason_detail


def test_the_canary_tells_of_worker_and_beat_apart(db, redis_server):
    canary_task.apply_async()
    assert set(Canary.objects.values_list("name", flat=True)) == {"beat"}

    lifecycle.canary()
    assert set(Canary.objects.values_list("name", flat=True)) == {"beat", "worker"}
