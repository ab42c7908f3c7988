"""What the owner of a machine is told: how its end draws near, and afterwards what happened."""

from runtimes.allocation import lifecycle, services, showing
from runtimes.allocation.models import Runtime, RuntimeNote, RuntimeType
from runtimes.allocation.states import Reason

from .conftest import age, reread

NINETY_MINUTES = 90 * 60
MOST_OF_A_MINUTE = 50


def ending(runtime):
    shown = showing.latest(runtime.owner, runtime.audience)
    assert shown is not None
    return shown.ending


def test_nothing_is_said_while_the_end_is_far(ready):
    age(ready, NINETY_MINUTES - 601, "last_activity_at")

    assert ending(ready) is None


def test_ten_minutes_before_it_would_be_idle_its_owner_is_told(ready):
    age(ready, NINETY_MINUTES - 599, "last_activity_at")

    said = ending(ready)
    assert said["reason"] == "idle"
    assert 600 - MOST_OF_A_MINUTE < said["seconds"] <= 600


def test_to_stay_connected_starts_the_clock_anew(ready):
    services.stay_connected(age(ready, NINETY_MINUTES - 599, "last_activity_at"))

    assert ending(ready) is None


def test_a_machine_whose_code_runs_is_not_called_idle(ready):
    Runtime.objects.update(kernel="busy")
    age(ready, NINETY_MINUTES - 599, "last_activity_at")

    assert ending(ready) is None


def test_of_two_ends_the_nearer_one_is_told(ready):
    age(ready, NINETY_MINUTES - 300, "last_activity_at")
    age(ready, 12 * 3600 - 100, "ends_at")

    said = ending(ready)
    assert said["reason"] == "lifetime"
    assert 100 - MOST_OF_A_MINUTE < said["seconds"] <= 100


def test_an_unused_accelerator_is_told_of(ready):
    RuntimeType.objects.update(accelerator="T4", unused_accelerator_minutes=20)
    age(ready, 15 * 60, "ready_at")

    assert ending(ready)["reason"] == "accelerator"


def test_that_a_page_is_open_is_written_down_now_and_then(ready):
    seen = showing.latest(ready.owner, ready.audience)
    assert seen is not None
    assert not seen.is_long_unseen

    age(ready, 16, "seen_at")
    seen = showing.latest(ready.owner, ready.audience)
    assert seen is not None
    assert seen.is_long_unseen


def test_the_log_has_what_happened_in_its_order(ready, paper):
    RuntimeNote.objects.create(runtime=ready, what="kernel-oom", detail="Out of memory.")
    services.reset_runtime(ready, Reason.USER)
    lifecycle.stop(str(ready.pk))

    log = showing.log_of(reread(ready))
    assert [what for _, what, _ in log] == ["requested", "starting", "ready", "kernel-oom", "stopping", "gone"]
    assert [at for at, _, _ in log] == sorted(at for at, _, _ in log)
