"""Mining is seen in a machine, told to administrators and, by policy, ended with a way to object (P96)."""

from datetime import timedelta

import pytest
from django.db.models import F

from runtimes.allocation import lifecycle
from runtimes.allocation.abuse_rows import AbuseFlag
from runtimes.allocation.abuse_signs import Load, quiet_load, signs_of
from runtimes.allocation.models import QuietWatch, Runtime
from runtimes.machines.provider import Meter
from runtimes.machines.seen import Process
from runtimes.machines.traffic import Sighting

from .conftest import age, reread

MINER = Process("xmrig", "./xmrig --donate-level 1 -o pool.example:3333")
DISGUISED = Process("python3", "/tmp/python3 -o stratum+tcp://pool.example:3333 -u wallet")


@pytest.mark.parametrize(
    ("name", "line", "kinds"),
    [
        ("xmrig", "./xmrig -c config.json", ["mining"]),
        ("XMRig-6.2", "/content/XMRig-6.2", ["mining"]),
        ("worker", "/tmp/xmrig --config x", ["mining"]),
        ("kdevtmpfsi", "/tmp/kdevtmpfsi --url stratum+ssl://a.example:443", ["pool"]),
        ("b", "./b -a rx/0 -o xmr.nanopool.org:14433", ["pool"]),
        ("python3", "python3 train.py --algo ppo", []),
        ("grep", "grep -r stratum+tcp://x .", []),
        ("python3", "python3 -m ipykernel_launcher -f kernel.json", []),
        ("miner", "python3 text_miner.py xmrig-paper.txt", []),
        ("curl", "curl https://nanopool.org/prices", []),
    ],
)
def test_p96_mining_is_known_by_its_program_or_by_where_it_is_told_to_go(name, line, kinds):
    assert [sign.kind for sign in signs_of([("bash", "-bash"), (name, line)])] == kinds


def test_p96_full_load_counts_only_for_long():
    assert quiet_load(Load(7200, 2 * 7000, 2.0), 7200) is not None
    assert quiet_load(Load(7199, 2 * 7199, 2.0), 7200) is None
    assert quiet_load(Load(7200, 7200, 2.0), 7200) is None
    assert quiet_load(Load(0, 0, 2.0), 0) is None


@pytest.mark.parametrize("process", [MINER, DISGUISED])
def test_p96_a_miner_is_stopped_and_its_owner_told_how_to_object(ready, paper, process):
    paper.running[str(ready.pk)] = [Process("python3", "python3 -m agent"), process]
    lifecycle.reconcile()

    ended = reread(ready)
    assert (ended.state, ended.reason, paper.boxes) == ("gone", "abuse", {})
    assert "Send feedback" in ended.reason_detail
    flag = AbuseFlag.objects.get()
    assert (flag.owner, flag.state, flag.is_stopped) == (ready.owner, "open", True)
    assert process.name in flag.evidence


def test_p96_by_another_policy_it_is_only_flagged_and_once(ready, paper, settings):
    settings.TOMONI_ABUSE_STOPS = []
    paper.running[str(ready.pk)] = [MINER]
    for _ in range(3):
        lifecycle.reconcile()

    assert reread(ready).state == "ready"
    assert AbuseFlag.objects.get().is_stopped is False


def test_p96_what_its_way_out_was_used_for_is_flagged_and_a_miner_stopped(ready, paper):
    paper.sightings[str(ready.pk)] = [Sighting("scan", "many places in vain: 10.0.0.1:22", 0.0)]
    lifecycle.reconcile()
    assert (flagged(), reread(ready).state) == ([("scan", False)], "ready")

    paper.sightings[str(ready.pk)] = [Sighting("pool", "a miner's protocol to pool.example:3333", 0.0)]
    lifecycle.reconcile()
    assert (flagged(), reread(ready).reason) == ([("pool", True), ("scan", False)], "abuse")


def test_p96_what_was_cleared_is_not_held_against_the_person_again(ready, paper, settings):
    settings.TOMONI_ABUSE_STOPS = []
    paper.running[str(ready.pk)] = [MINER]
    lifecycle.reconcile()
    AbuseFlag.objects.update(state="cleared")
    settings.TOMONI_ABUSE_STOPS = ["mining"]
    lifecycle.reconcile()
    assert reread(ready).state == "ready"

    AbuseFlag.objects.update(seen_at=F("seen_at") - timedelta(days=31))
    lifecycle.reconcile()
    assert reread(ready).reason == "abuse"


def work(paper, ready, seconds, share):
    """So much later, with so much of its processors used meanwhile."""
    paper.meters[str(ready.pk)] = Meter("one", seconds, seconds * ready.type.cpus * share, 0)
    lifecycle.reconcile()


def flagged():
    return list(AbuseFlag.objects.values_list("kind", "is_stopped"))


@pytest.fixture
def quiet(ready, paper, settings):
    settings.TOMONI_ABUSE_QUIET_MINUTES = 60
    age(ready, 60, "seen_at")
    work(paper, ready, 0.1, 1)
    return reread(ready)


def test_p96_full_load_that_nobody_watches_is_flagged_and_goes_on(quiet, paper):
    work(paper, quiet, 3000, 0.95)
    assert flagged() == []
    work(paper, quiet, 4000, 0.95)

    assert flagged() == [("quiet-load", False)]
    assert reread(quiet).state == "ready"


@pytest.mark.parametrize("event", ["a page was open", "something was printed", "it paused"])
def test_p96_load_that_is_watched_prints_or_pauses_is_not(quiet, paper, event):
    work(paper, quiet, 3000, 0.3 if event == "it paused" else 0.95)
    if event == "a page was open":
        Runtime.objects.update(seen_at=QuietWatch.objects.get().begun_at + timedelta(seconds=1))
    if event == "something was printed":
        Runtime.objects.update(received=F("received") + 1)
    work(paper, quiet, 4000, 0.95)

    assert flagged() == []
