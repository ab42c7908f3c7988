"""Looking for abuse in the machines of this host: flags for an administrator, and by policy an end with a sentence.

What is stopped is said to its owner together with the way to object. A kind that an administrator has cleared for a
person is not held against them again for `TOMONI_ABUSE_CLEARED_DAYS`.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from runtimes.allocation.abuse_rows import CLEARED, AbuseFlag, QuietWatch
from runtimes.allocation.abuse_signs import SPOKEN, Load, Sign, quiet_load, signs_of
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Reason, Status
from runtimes.machines.provider import Meter, Provider

SETTLED = 120.0  # seconds after which a load that is not full begins to be watched anew
SENTENCE = (
    "The machine was stopped because a program in it looked like cryptocurrency mining, which is not allowed here. "
    "If that is wrong, say so under Help ▸ Send feedback: an administrator looks at it."
)


def look(runtime: Runtime, machines: Provider) -> list[AbuseFlag]:
    """Look at one running machine of this host; the flags that it has for what is seen now."""
    seen = [(process.name, process.arguments) for process in machines.processes(str(runtime.pk))]
    found = signs_of(seen)
    kinds = {sign.kind for sign in found}
    told = machines.traffic(str(runtime.pk))
    found += [Sign(sighting.kind, sighting.what[:SPOKEN]) for sighting in told if sighting.kind not in kinds]
    meter = machines.measure(str(runtime.pk))
    if meter and (sign := _quiet_sign(runtime, meter)):
        found.append(sign)
    return [flag for sign in found if (flag := _flag(runtime, sign))]


def _flag(runtime: Runtime, sign: Sign) -> AbuseFlag | None:
    """None for what was cleared lately. A machine is stopped once, with the flag that says so."""
    lately = Now() - timedelta(days=settings.TOMONI_ABUSE_CLEARED_DAYS)
    if AbuseFlag.objects.filter(owner=runtime.owner_id, kind=sign.kind, state=CLEARED, seen_at__gt=lately).exists():
        return None
    with transaction.atomic():
        flag, is_new = AbuseFlag.objects.get_or_create(
            runtime=runtime, kind=sign.kind, defaults={"owner_id": runtime.owner_id, "evidence": sign.evidence}
        )
        if not is_new:
            AbuseFlag.objects.filter(pk=flag.pk).update(seen_at=Now())
        if sign.kind in settings.TOMONI_ABUSE_STOPS and _stop(runtime):
            AbuseFlag.objects.filter(pk=flag.pk).update(is_stopped=True)
    return flag


def _stop(runtime: Runtime) -> bool:
    if runtime.state not in (Status.STARTING, Status.READY):
        return False
    return runtime.move(Status.STOPPING, reason=Reason.ABUSE, detail=SENTENCE)


def _quiet_sign(runtime: Runtime, meter: Meter) -> Sign | None:
    """A page that was open, a frame that came or a pause in the load: then it is watched from now on."""
    watch = QuietWatch.objects.filter(pk=runtime.pk).first()
    if (
        watch is None
        or (watch.counter, watch.received) != (meter.counter, runtime.received)
        or runtime.seen_at > watch.begun_at
    ):
        _watch_from_now(runtime, meter)
        return None
    load = Load(meter.seconds - watch.seconds, meter.cpu_seconds - watch.cpu_seconds, runtime.type.cpus)
    if load.seconds > SETTLED and not load.is_full:
        _watch_from_now(runtime, meter)
        return None
    return quiet_load(load, settings.TOMONI_ABUSE_QUIET_MINUTES * 60)


def _watch_from_now(runtime: Runtime, meter: Meter) -> None:
    figures = {"counter": meter.counter, "seconds": meter.seconds, "cpu_seconds": meter.cpu_seconds}
    QuietWatch.objects.update_or_create(
        pk=runtime.pk, defaults={"begun_at": Now(), "received": runtime.received, **figures}
    )
