"""Who gets which type of machine, and how many at once."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, Organization
from runtimes.allocation import lifecycle, services
from runtimes.allocation.choosing import TypeRefused, choose_type, default_plan, default_type, plan_of, types_for
from runtimes.allocation.models import Plan, PlanHolder, Runtime, RuntimeType
from runtimes.allocation.offers import DISK, DISK_WITH_ACCELERATOR
from runtimes.allocation.states import Reason


@pytest.fixture
def big(db):
    return RuntimeType.objects.create(slug="big", name="High RAM", memory_bytes=51 * 2**30, position=1)


@pytest.fixture
def pro(big):
    plan = Plan.objects.create(slug="pro", name="Pro", runtimes_at_once=9, lifetime_hours=24, background_minutes=60)
    plan.types.set([default_type(), big])
    return plan


@pytest.fixture
def free(db, big):
    plan = default_plan()
    plan.types.set([default_type()])
    return plan


def test_the_defaults_are_those_that_people_know(db):
    kind = default_type()

    assert (kind.memory_bytes, kind.disk) == (12 * 2**30, DISK)
    assert (kind.idle_minutes, kind.lifetime_hours) == (90, 12)
    assert RuntimeType(accelerator="T4").disk == DISK_WITH_ACCELERATOR
    assert default_plan().most_at_once == 5


def test_there_is_one_default_plan(free):
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(slug="other", name="Other", is_default=True)


def test_a_plan_is_a_persons_or_an_organizations(pro, ada):
    group = Organization.objects.create(name="Lab")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanHolder.objects.create(plan=pro)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanHolder.objects.create(plan=pro, user=ada, organization=group)
    with pytest.raises(ValidationError):
        PlanHolder(plan=pro).clean()


def test_ones_own_plan_comes_before_that_of_the_organization_and_that_before_the_default(free, pro, ada, bob, cleo):
    group = Organization.objects.create(name="Lab")
    Membership.objects.create(user=bob, organization=group)
    Membership.objects.create(user=ada, organization=group)
    small = Plan.objects.create(slug="small", name="Small", runtimes_at_once=1)
    PlanHolder.objects.create(plan=pro, organization=group)
    PlanHolder.objects.create(plan=small, user=ada)

    assert (plan_of(ada), plan_of(bob), plan_of(cleo)) == (small, pro, free)


def test_of_two_organizations_the_one_that_gives_more_counts(free, pro, ada):
    small = Plan.objects.create(slug="small", name="Small", runtimes_at_once=1)
    for plan in (small, pro):
        group = Organization.objects.create(name=plan.name)
        Membership.objects.create(user=ada, organization=group)
        PlanHolder.objects.create(plan=plan, organization=group)

    assert plan_of(ada) == pro


def test_one_chooses_among_the_types_of_ones_plan(free, pro, ada, bob, big):
    PlanHolder.objects.create(plan=pro, user=bob)

    assert [kind.slug for kind in types_for(ada)] == ["python"]
    assert [kind.slug for kind in types_for(bob)] == ["python", "big"]
    assert services.request_runtime(bob, "notebook-1", "big").type == big
    with pytest.raises(TypeRefused, match="High RAM"):
        services.request_runtime(ada, "notebook-2", "big")
    assert not Runtime.objects.filter(owner=ada).exists()


def test_a_type_that_is_unknown_here_is_replaced_by_one_that_there_is(pro, ada, big):
    """A notebook from elsewhere remembers what it had there."""
    assert choose_type(ada, pro, "tpu-v9").slug == "python"
    pro.types.set([big])
    assert choose_type(ada, pro, "") == big


def test_what_is_offered_no_more_cannot_be_chosen(ada, pro, big):
    RuntimeType.objects.filter(pk=big.pk).update(is_offered=False)

    with pytest.raises(TypeRefused):
        choose_type(ada, pro, "big")


def test_a_plan_may_let_a_machine_live_longer(pro, ada, paper):
    PlanHolder.objects.create(plan=pro, user=ada)
    runtime = services.request_runtime(ada, "notebook-1", "big")
    lifecycle.start(str(runtime.pk))

    (request,) = paper.requests
    assert (request.lifetime_seconds, request.memory_bytes) == (24 * 3600, 51 * 2**30)


def test_the_quota_is_the_plans_and_is_said(ada, free):
    Plan.objects.filter(pk=free.pk).update(runtimes_at_once=2)
    first = services.request_runtime(ada, "notebook-1")
    services.request_runtime(ada, "notebook-2")

    with pytest.raises(services.QuotaReached, match="2 runtimes"):
        services.request_runtime(ada, "notebook-3")
    services.reset_runtime(first, Reason.USER)
    with pytest.raises(services.QuotaReached):  # it still takes its place until it is gone
        services.request_runtime(ada, "notebook-3")


@pytest.mark.django_db(transaction=True)
def test_p94_fifty_requests_at_once_get_no_more_than_the_quota(ada, redis_server):
    default_type()
    Plan.objects.filter(pk=default_plan().pk).update(runtimes_at_once=5)
    refused, begin = [], threading.Barrier(50)

    def ask(number):
        begin.wait()
        try:
            services.request_runtime(ada, f"notebook-{number}")
        except services.QuotaReached as reached:
            refused.append(reached.limit)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [5] * 45
    assert Runtime.objects.live().filter(owner=ada).count() == 5
