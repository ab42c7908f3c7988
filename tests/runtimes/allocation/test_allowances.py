"""Compute units: counted by what types cost, said before they run out, and what costs none goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Membership, Organization
from runtimes.allocation.allowances import allowance, seed_plans
from runtimes.allocation.choosing import default_plan, default_type, plan_of
from runtimes.allocation.models import Plan, PlanHolder, RuntimeType
from runtimes.allocation.services import UnitsUsedUp, request_runtime
from runtimes.allocation.usage_rows import UsageDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def fast():
    default_type()
    return RuntimeType.objects.create(slug="fast", name="Fast", accelerator="T4", units_per_hour=2)


@pytest.fixture
def small(ada):
    plan = Plan.objects.create(slug="small", name="Small", compute_units=10)
    PlanHolder.objects.create(plan=plan, user=ada)
    return plan


def use(user, kind, hours, days_ago=0):
    day = datetime.now(UTC).date() - timedelta(days=days_ago)
    UsageDay.objects.create(user=user, type=kind, day=day, seconds=hours * 3600)


def test_hours_count_by_what_their_type_costs_this_month(small, fast, ada, bob):
    use(ada, fast, 3)
    use(ada, fast, 100, days_ago=40)
    use(ada, default_type(), 50)
    use(bob, fast, 99)
    mine = allowance(ada)
    assert (mine.used, mine.left, mine.is_low) == (6, 4, False)


def test_when_they_are_used_up_only_what_costs_none_starts(small, fast, ada, bob):
    use(ada, fast, 5)
    with pytest.raises(UnitsUsedUp, match="used up"):
        request_runtime(ada, "notebook-1", "fast")
    assert request_runtime(ada, "notebook-2").type == default_type()
    assert request_runtime(bob, "notebook-3", "fast").type == fast


def test_it_is_said_before_it_happens(small, fast, ada, client):
    client.force_login(ada)
    use(ada, fast, 3.5)
    assert "compute units are left" not in client.get("/").content.decode()
    UsageDay.objects.update(seconds=4.25 * 3600)
    assert "1.5 of 10 compute units are left" in client.get("/").content.decode()
    page = client.get("/plans/").content.decode()
    assert "8.5" in page and "Most of your compute units are used" in page


def test_the_page_says_through_whom_one_has_a_plan(fast, ada, bob, client):
    lab = Organization.objects.create(name="The Lab")
    Membership.objects.create(organization=lab, user=ada)
    PlanHolder.objects.create(plan=Plan.objects.create(slug="lab", name="For labs"), organization=lab)
    client.force_login(ada)
    assert "Through The Lab" in client.get("/plans/").content.decode()
    client.force_login(bob)
    page = client.get("/plans/").content.decode()
    assert "It is for everybody" in page and "The Lab" not in page


def test_the_first_plans_are_made_once_and_are_then_the_administrators(ada):
    seed_plans()
    assert list(Plan.objects.values_list("name", flat=True)) == ["Free", "Pro", "Pro+"]
    Plan.objects.filter(slug="pro").delete()
    seed_plans()
    assert not Plan.objects.filter(slug="pro").exists() and plan_of(ada) == default_plan()
