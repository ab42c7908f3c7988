"""Providers that are slow, never deliver or fail: no runtime hangs, and each ends with a sentence."""

import pytest

from runtimes.allocation import lifecycle, services
from runtimes.allocation.states import Reason
from tests.runtimes.machines.fakes import Failing, Never, Noop, Slow

from .conftest import age, link, reread


@pytest.mark.parametrize("kind", [Noop, Slow])
def test_one_that_keeps_its_promises_serves_a_whole_life(requested, use, kind):
    provider = use(kind())
    lifecycle.start(str(requested.pk))
    services.reset_runtime(link(reread(requested)), Reason.USER)
    lifecycle.stop(str(requested.pk))

    assert (reread(requested).state, provider.list()) == ("gone", {})


def test_one_that_never_delivers_is_given_up_with_a_sentence(requested, use):
    use(Never())
    lifecycle.start(str(requested.pk))
    age(requested, 20)
    lifecycle.reconcile()
    assert reread(requested).state == "starting", "it is tried once more"

    age(requested, 61)
    lifecycle.reconcile()
    assert (reread(requested).state, reread(requested).reason) == ("gone", "failed")
    assert "Try again" in reread(requested).reason_detail


def test_one_that_fails_even_at_clearing_up_ends_the_runtime_all_the_same(requested, use):
    use(Failing())
    with pytest.raises(OSError, match="busy"):
        lifecycle.start(str(requested.pk))

    assert (reread(requested).state, reread(requested).reason) == ("gone", "failed")
    assert "disk of this host is full" in reread(requested).reason_detail
