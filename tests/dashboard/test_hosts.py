"""The page of hosts: how each is, draining one and taking it back, its pool, and forgetting one that is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from runtimes.allocation.models import Host, Runtime
from runtimes.allocation.services import request_runtime
from tests.dashboard.conftest import acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]


def host(name, **fields):
    usual = {
        "places": 8,
        "memory": 2**34,
        "memory_free": 2**33,
        "memory_reserved": 0,
        "processors": 4,
        "load": 0.5,
        "heard_at": timezone.now(),
    }
    return Host.objects.create(name=name, **(usual | fields))


def page(as_root):
    return " ".join(as_root.get("/dashboard/hosts/").content.decode().split())


def test_a_host_is_drained_and_taken_back(as_root):
    host("east", labels=["gpu"])
    assert "<td>open</td>" in page(as_root) and "gpu" in page(as_root)

    as_root.post("/dashboard/hosts/east/drain")
    assert Host.objects.get().is_drained and "<td>drained</td>" in page(as_root)
    as_root.post("/dashboard/hosts/east/take-back")
    assert not Host.objects.get().is_drained
    assert acts() == ["host.drained", "host.taken-back"]


def test_a_drained_host_on_which_machines_still_run_says_so(as_root, ada, notebook):
    request_runtime(ada, str(notebook.pk))
    Runtime.objects.update(host=host("east", is_drained=True), state="ready")

    assert "<td>draining</td>" in page(as_root) and "1 of 8" in page(as_root)


@pytest.mark.parametrize(("typed", "size"), [("3", 3), ("", None), ("0", 0)])
def test_the_pool_of_a_host_has_a_size_of_its_own(as_root, typed, size):
    host("east", pool_size=1)
    as_root.post("/dashboard/hosts/east/pool", {"east-pool_size": typed})

    assert Host.objects.get().pool_size == size
    assert AuditEntry.objects.get().detail == {"before": 1, "after": size}


@pytest.mark.parametrize("typed", ["-1", "many", "1001"])
def test_a_size_that_is_none_changes_nothing(as_root, typed):
    host("east", pool_size=1)
    answer = as_root.post("/dashboard/hosts/east/pool", {"east-pool_size": typed})
    assert answer.status_code == 422

    assert Host.objects.get().pool_size == 1 and acts() == []
    assert "is a number from 0 to 1,000" in answer.content.decode()


def test_only_a_lost_host_that_holds_nothing_is_forgotten(as_root, ada, notebook):
    lost, there = host("lost", heard_at=timezone.now() - timedelta(hours=1)), host("there")
    request_runtime(ada, str(notebook.pk))
    Runtime.objects.update(host=lost, state="ready")
    for name in ("lost", "there"):
        assert as_root.post(f"/dashboard/hosts/{name}/forget").status_code == 409
    assert Host.objects.count() == 2 and acts() == []

    Runtime.objects.update(state="gone")
    assert "<strong>lost</strong>" in page(as_root)
    as_root.post("/dashboard/hosts/lost/forget")
    assert list(Host.objects.all()) == [there] and acts() == ["host.forgotten"]


def test_a_host_that_is_not_there_is_not_found(as_root):
    assert as_root.post("/dashboard/hosts/nowhere/drain").status_code == 404
