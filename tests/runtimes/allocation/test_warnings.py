"""That compute units run out is told by mail once a month, and on the page, before it happens."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Mail, User
from notebooks.documents.services import create_notebook
from runtimes.allocation.models import Plan, PlanHolder, RuntimeType
from runtimes.allocation.usage_rows import UnitsWarning, UsageDay
from runtimes.allocation.warnings import warn

pytestmark = pytest.mark.django_db


@pytest.fixture
def fast():
    return RuntimeType.objects.create(slug="fast", name="Fast", units_per_hour=2)


@pytest.fixture
def small(ada):
    plan = Plan.objects.create(slug="small", name="Small", compute_units=10)
    PlanHolder.objects.create(plan=plan, user=ada)
    return plan


def use(user, kind, hours):
    UsageDay.objects.create(user=user, type=kind, day=datetime.now(UTC).date(), seconds=hours * 3600)


def test_one_letter_a_month_to_who_runs_low_and_to_nobody_else(small, fast, ada, bob):
    use(ada, fast, 3.9)
    use(bob, fast, 99)  # has no limit
    warn()
    assert not Mail.objects.exists()
    UsageDay.objects.filter(user=ada).update(seconds=4.25 * 3600)
    warn()
    warn()
    letter = Mail.objects.get()
    assert letter.to == ada.email and "1.5 of 10 compute units are left until" in letter.text
    assert "/plans/" in letter.text
    UnitsWarning.objects.update(month=datetime.now(UTC).date().replace(day=1) - timedelta(days=1))
    warn()
    assert Mail.objects.count() == 2


def test_it_is_in_the_persons_language(small, fast, ada):
    User.objects.filter(pk=ada.pk).update(locale="ja")
    use(ada, fast, 4.25)
    warn()
    letter = Mail.objects.get()
    assert "コンピューティング ユニット" in letter.subject + letter.text and "compute units" not in letter.text


def test_the_editor_says_it_too(small, fast, ada, client):
    client.force_login(ada)
    address = f"/notebooks/{create_notebook(ada).pk}"

    def told():
        page = client.get(address).content.decode()
        found = json.loads(page.partition('id="banners"')[2].partition(">")[2].partition("</script>")[0])
        return [one["text"] for one in found["announcements"]]

    assert told() == []
    use(ada, fast, 4.25)
    assert "1.5 of 10" in told()[0]
