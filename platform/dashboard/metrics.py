"""`/metrics`, in Prometheus' text format.

Every figure is read from the database or the host when it is asked for: a counter in the memory of one web process
would tell of that process alone, and another one answers the next time.
"""

import secrets
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from dashboard import figures, health
from runtimes.allocation.models import RuntimeChange

LOOPBACK = frozenset({"127.0.0.1", "::1", ""})


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who sends TOMONI_METRICS_TOKEN; without such a token, for this machine. For others it does not exist."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Figures(Collector):
    """What the dashboard shows, under Prometheus' names."""

    def collect(self) -> Iterator[Metric]:
        now, totals = figures.now(), figures.totals()
        gauges = {
            "people_online": (now["people_online"], "People with a notebook open."),
            "people": (totals["people"], "Active accounts."),
            "notebooks": (totals["notebooks"], "Notebooks that are not in the trash."),
            "executions_unfinished": (now["running"], "Runs that wait or go on."),
            "pool_boxes": (now["pool"], "Boxes that wait for somebody."),
            "boxes_most": (now["boxes_most"], "Boxes that this host takes."),
            "runtime_memory_bytes": (now["runtime_memory"], "Memory used by all runtimes."),
            "runtime_disk_bytes": (now["runtime_disk"], "Disk used by all runtimes."),
            "host_memory_used_bytes": (now["host_memory_used"], "Memory in use on this host."),
            "host_memory_bytes": (now["host_memory"], "Memory of this host."),
            "mail_waiting": (now["mail_waiting"], "Mails that were not sent yet."),
            "feedback_open": (now["feedback_open"], "Feedback without an answer."),
        }
        for name, (value, text) in gauges.items():
            yield GaugeMetricFamily(f"tomoni_{name}", text, value)
        yield _labelled("tomoni_runtimes", "Runtimes by state.", "state", now["runtimes"])
        yield _labelled("tomoni_runtimes_of_type", "Runtimes by type.", "type", now["types"])
        well = {part.name: int(part.is_well) for part in health.parts()}
        yield _labelled("tomoni_well", "1 when this part of the platform is well.", "part", well)
        yield _ends()


def _ends() -> Metric:
    family = CounterMetricFamily("tomoni_runtimes_ended", "Runtimes that have ended, by reason.", labels=["reason"])
    ends = RuntimeChange.objects.exclude(reason="").order_by().values_list("reason").annotate(Count("pk"))
    for reason, count in ends:
        family.add_metric([reason], count)
    return family


def _labelled(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _may_read(request: HttpRequest) -> bool:
    if wanted := settings.TOMONI_METRICS_TOKEN:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(sent.encode(), wanted.encode())
    is_proxied = "X-Forwarded-For" in request.headers
    return not is_proxied and (request.META.get("REMOTE_ADDR") or "") in LOOPBACK
