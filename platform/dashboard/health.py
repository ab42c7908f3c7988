"""What the platform needs, whether it is well, and what to do if it is not."""

import shutil
from dataclasses import dataclass
from datetime import timedelta

import redis
from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Mail
from runtimes.allocation.models import Canary, Host

SILENT_AFTER = timedelta(seconds=60)
FULL = 0.9
LEAST_FREE = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, whether it is well, how it is, and what to do about it."""

    name: str
    is_well: bool
    said: str
    remedy: str = ""


def parts() -> list[Part]:
    running = [_canary("worker", "Celery"), _canary("beat", "Celery beat"), _hosts()]
    return [_postgresql(), _redis(), *running, _mail(), _storage()]


def _postgresql() -> Part:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), current_setting('max_connections')::int, pg_database_size(current_database()),"
            " current_setting('server_version') FROM pg_stat_activity"
        )
        ((used, most, size, version),) = cursor.fetchall()
    said = _("%(version)s, %(size)s, %(used)d of %(most)d connections") % {
        "version": version,
        "size": filesizeformat(size),
        "used": used,
        "most": most,
    }
    remedy = _("Raise max_connections in PostgreSQL, or lower TOMONI_DATABASE_POOL.")
    return Part("PostgreSQL", used < FULL * most, said, remedy)


def _redis() -> Part:
    remedy = _("Start Redis again. Nothing is lost: what it carries are hints.")
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
            found = client.info("memory")
    except redis.RedisError as problem:
        return Part("Redis", False, str(problem), remedy)
    used, most = int(found["used_memory"]), int(found.get("maxmemory") or 0)
    is_full = bool(most) and used > FULL * most
    return Part("Redis", not is_full, filesizeformat(used), _("Raise maxmemory, or look at what fills it."))


def _canary(name: str, title: str) -> Part:
    seen = Canary.objects.filter(name=name).values_list("seen_at", flat=True).first()
    remedy = _("Start it again, and look into its log in TOMONI_HOME/logs. Machines start and stop late meanwhile.")
    if seen is None:
        return Part(title, False, _("never seen"), remedy)
    seconds = max(0, round((timezone.now() - seen).total_seconds()))
    said = _("last seen %(count)d seconds ago") % {"count": seconds}
    return Part(title, seconds < SILENT_AFTER.total_seconds(), said, remedy)


def _hosts() -> Part:
    """A host that was stopped on purpose has said goodbye, and is not missed."""
    silent = sorted(Host.objects.lost().exclude(heard_at=None).values_list("name", flat=True))
    said = _("%(count)d answer") % {"count": Host.objects.alive().count()}
    if silent:
        said += ", " + _("silent: %(names)s") % {"names": ", ".join(silent)}
    remedy = _(
        "Start its worker again, or have the host forgotten on the page Hosts. Its machines have ended; others go on."
    )
    return Part(_("Hosts"), not silent, said, remedy)


def _mail() -> Part:
    waiting = Mail.objects.filter(state=Mail.State.WAITING.value)
    stuck = waiting.filter(tries__gt=0).count()
    failed = Mail.objects.filter(state=Mail.State.FAILED.value).count()
    said = _("%(waiting)d waiting, %(stuck)d of them tried in vain, %(failed)d given up") % {
        "waiting": waiting.count(),
        "stuck": stuck,
        "failed": failed,
    }
    return Part(_("Mail"), not stuck, said, _("See whether EMAIL_URL is right and the mail server answers."))


def _storage() -> Part:
    usage = shutil.disk_usage(settings.TOMONI_HOME)
    said = _("%(free)s free of %(all)s") % {"free": filesizeformat(usage.free), "all": filesizeformat(usage.total)}
    is_well = usage.free > max(LEAST_FREE, (1 - FULL) * usage.total / 2)
    return Part(_("Storage"), is_well, said, _("Make room on the disk of TOMONI_HOME, or move it to a larger one."))
