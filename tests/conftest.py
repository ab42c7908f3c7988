"""Fixtures for every test: the database servers, and the cast."""

import signal

import pytest
from django.contrib.auth import get_user_model

from tests import emptying

emptying.install()

# A shell without job control starts what runs beside it deaf to SIGINT, and so all that the tests start: terminals and
# whole platforms that an interrupt should reach.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What failed at first and passed when it was tried again: each is a fault that somebody has to find."""
    again = terminalreporter.stats.get("rerun", [])
    if not again:
        return
    terminalreporter.section(f"{len(again)} failed at first")
    for report in again:
        terminalreporter.write_sep("_", report.nodeid)
        terminalreporter.line(report.longreprtext)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server, redis_server) -> None:
    """pytest-django asks for this before it makes the test database."""


def person(name: str):
    """Somebody who has proved to have their address."""
    from allauth.account.models import EmailAddress

    made = get_user_model().objects.create_user(f"{name.lower()}@example.org", name=name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


@pytest.fixture
def ada(db):
    """Owns the notebook."""
    return person("Ada")


@pytest.fixture
def bob(db):
    """May edit Ada's notebook."""
    return person("Bob")


@pytest.fixture
def vera(db):
    """May view Ada's notebook."""
    return person("Vera")


@pytest.fixture
def cleo(db):
    """Is a stranger to Ada's notebook."""
    return person("Cleo")


@pytest.fixture
def notebook(ada, bob, vera):
    """A new notebook of Ada's, which Bob may edit and Vera may view."""
    from notebooks.documents.services import create_notebook
    from notebooks.sharing.services import set_shares

    notebook = create_notebook(ada)
    set_shares(notebook, {bob.email: "editor", vera.email: "viewer"})
    return notebook
