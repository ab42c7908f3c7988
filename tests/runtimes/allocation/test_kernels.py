"""Which kernel a machine is started with: as the hosts have it, and the notebook asks for it."""

import pytest

from runtimes.allocation import hosts, kernels, lifecycle, services
from runtimes.allocation.kernels import OtherKernel, UnknownKernel, check_same, offered
from runtimes.allocation.models import Host
from runtimes.machines.kernels import KernelWish

from .conftest import link, reread

R = {"name": "ir", "display_name": "R", "language": "R"}
PYTHON = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


@pytest.fixture
def with_r(monkeypatch):
    """This host announces R."""
    monkeypatch.setattr(kernels, "here", lambda: [PYTHON, R])
    hosts.announce()


def test_hosts_say_what_they_have_and_python_comes_first(with_r):
    Host.objects.create(name="old", places=1, memory=1, memory_free=1, memory_reserved=0, processors=1, load=0)

    assert [kernel.name for kernel in offered()] == ["python3", "ir"]


def test_a_notebook_of_r_gets_a_machine_that_starts_r(with_r, ada, paper):
    runtime = services.request_runtime(ada, "notebook-1", kernel=KernelWish("ir", "R"))
    lifecycle.start(str(runtime.pk))

    assert (runtime.kernelspec, [request.kernel for request in paper.requests]) == ("ir", ["ir"])


def test_a_kernel_that_no_host_has_is_refused_with_a_sentence(with_r, ada):
    with pytest.raises(UnknownKernel, match="This notebook is for xcpp, which the machines here do not have"):
        services.request_runtime(ada, "notebook-1", kernel=KernelWish("xcpp", "c++"))


def test_code_for_another_kernel_than_the_machine_runs_is_refused_with_a_sentence(with_r):
    check_same(KernelWish("conda", "python"), "python3")
    with pytest.raises(OtherKernel, match="for R now, and your machine runs Python 3"):
        check_same(KernelWish("ir", "R"), "python3")


def test_the_row_follows_what_the_agent_says_it_runs(starting):
    services.link_runtime(starting, boot="boot", session="session", kernel="idle", kernelspec="bash")
    assert reread(starting).kernelspec == "bash"
    assert link(starting).kernelspec == "python3", "an agent that does not say runs Python"
