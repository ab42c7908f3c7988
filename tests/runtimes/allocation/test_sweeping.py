"""Nobody keeps a machine that they do not use, or for longer than its type allows."""

from runtimes.allocation import lifecycle, services, sweeping
from runtimes.allocation.models import Canary, Plan, Runtime, RuntimeType
from runtimes.allocation.tasks import canary as canary_task

from .conftest import age, link, reread

NINETY_MINUTES = 90 * 60


def test_one_that_is_idle_for_ninety_minutes_is_given_back(ready, paper):
    age(ready, NINETY_MINUTES + 1, "last_activity_at")
    sweeping.sweep()

    runtime = reread(ready)
    assert (runtime.state, runtime.reason, paper.boxes) == ("gone", "idle", {})
    assert "90 minutes" in runtime.reason_detail


def test_not_a_moment_earlier(ready, paper):
    age(ready, NINETY_MINUTES - 5, "last_activity_at")
    sweeping.sweep()

    assert reread(ready).state == "ready"


def test_a_command_of_its_owner_starts_the_clock_anew(ready, paper):
    services.touch(age(ready, NINETY_MINUTES + 1, "last_activity_at"))
    sweeping.sweep()

    assert reread(ready).state == "ready"


def test_one_whose_code_runs_is_not_idle_and_its_clock_starts_when_the_code_ends(ready, paper):
    Runtime.objects.update(kernel="busy")
    age(ready, NINETY_MINUTES + 1, "last_activity_at")
    sweeping.sweep()
    Runtime.objects.update(kernel="idle")
    sweeping.sweep()

    assert reread(ready).state == "ready"


def test_at_the_end_of_its_lifetime_it_ends_even_while_code_runs(ready, paper):
    Runtime.objects.update(kernel="busy")
    age(ready, 12 * 3600 + 1, "ends_at")
    sweeping.sweep()

    runtime = reread(ready)
    assert (runtime.state, runtime.reason, paper.boxes) == ("gone", "lifetime", {})
    assert "12 hours" in runtime.reason_detail


def test_settings_can_shorten_both(ready, paper, settings):
    settings.TOMONI_IDLE_SECONDS = 20
    age(ready, 21, "last_activity_at")
    sweeping.sweep()

    assert reread(ready).reason == "idle"
    assert "20 seconds" in reread(ready).reason_detail


def test_a_plan_may_limit_the_background(ready, paper):
    Plan.objects.filter(pk=ready.plan.pk).update(background_minutes=30)
    Runtime.objects.update(kernel="busy")
    age(ready, 30 * 60 - 5, "seen_at")
    sweeping.sweep()
    assert reread(ready).state == "ready"

    age(ready, 10, "seen_at")
    sweeping.sweep()

    assert (reread(ready).state, reread(ready).reason) == ("gone", "background")
    assert "30 minutes" in reread(ready).reason_detail


def test_an_accelerator_that_nobody_uses_is_given_back(ready, paper):
    RuntimeType.objects.update(accelerator="T4", unused_accelerator_minutes=20)
    age(ready, 20 * 60 + 1, "ready_at")
    services.stay_connected(ready)
    sweeping.sweep()
    assert reread(ready).state == "ready"

    age(ready, 20 * 60 + 1, "accelerator_used_at")
    sweeping.sweep()

    assert (reread(ready).state, reread(ready).reason) == ("gone", "accelerator")


def test_an_accelerator_that_was_never_used_counts_from_the_start(ready, paper):
    RuntimeType.objects.update(accelerator="T4", unused_accelerator_minutes=20)
    age(ready, 20 * 60 + 1, "ready_at")
    sweeping.sweep()

    assert reread(ready).reason == "accelerator"


def test_a_beat_that_slept_for_an_hour_ends_what_is_due_and_nothing_else(ready, bob, paper):
    other = services.request_runtime(bob, "notebook-2")
    lifecycle.start(str(other.pk))
    link(other)
    age(ready, NINETY_MINUTES + 3600, "last_activity_at")
    sweeping.sweep()
    sweeping.sweep()

    assert (reread(ready).state, reread(other).state) == ("gone", "ready")


def test_the_canary_tells_of_worker_and_beat_apart(db, redis_server):
    canary_task.apply_async()
    assert set(Canary.objects.values_list("name", flat=True)) == {"beat"}

    lifecycle.canary()
    assert set(Canary.objects.values_list("name", flat=True)) == {"beat", "worker"}
