"""Runtimes of Ada's, in each state, made by the steps that lead there."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test.signals import setting_changed

from runtimes.allocation import hosts, lifecycle, services
from runtimes.allocation.models import Runtime
from runtimes.allocation.tokens import agent_token

from .providers import Paper


@pytest.fixture(autouse=True)
def host(db):
    """This host has a worker, which announces it anew whenever a setting changes."""

    hosts.announce()
    setting_changed.connect(announce)
    yield hosts.this_host()
    setting_changed.disconnect(announce)


def announce(**_):
    hosts.announce()


@pytest.fixture
def use(monkeypatch):
    """Have this provider keep the boxes."""

    def install(provider):
        monkeypatch.setattr(lifecycle, "machines", lambda: provider)
        return provider

    return install


@pytest.fixture
def paper(use):
    return use(Paper())


@pytest.fixture
def requested(ada):
    return services.request_runtime(ada, "notebook-1")


@pytest.fixture
def starting(requested, paper):
    lifecycle.start(str(requested.pk))
    return reread(requested)


@pytest.fixture
def ready(starting):
    return link(starting)


def link(runtime):
    """What the agent in the box does."""
    found = services.runtime_for_token(agent_token(runtime))
    assert found is not None
    assert found == runtime
    services.link_runtime(found, boot="boot", session="session", kernel="idle")
    return reread(runtime)


def reread(runtime):
    return Runtime.objects.select_related("type").get(pk=runtime.pk)


def age(runtime, seconds, *fields):
    """Let this runtime have waited for so long."""
    moved = {field: F(field) - timedelta(seconds=seconds) for field in fields or ("changed_at",)}
    Runtime.objects.filter(pk=runtime.pk).update(**moved)
    return reread(runtime)
