"""A person's role in notebooks as a column, so that finding a notebook and the role in it are one query."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, Exists, Expression, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Now

from accounts.models import Membership, User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant, GroupGrant, Inspection, Scope, Sharing, Visit
from notebooks.sharing.roles import GRANTED, Role, role_of_rank

Caller = User | AnonymousUser
STAND_IN = -1  # the id of nobody


def rank(user: Caller) -> Expression:
    """The place of the caller's role in a notebook in the order of roles, as a column of a query of notebooks."""
    if not isinstance(user, User):
        return Value(Role.NONE.rank)
    sql, params = _compiled()
    mine = [user.pk if param == STAND_IN else param for param in params]
    return RawSQL(sql, mine, output_field=IntegerField())  # noqa: S611 - not a letter of it comes from outside


@cache
def _compiled() -> tuple[str, Sequence[Any]]:
    """The expression as SQL. To put it together takes several times as long as PostgreSQL takes to answer it."""
    query = Notebook.objects.annotate(rank=_expression(STAND_IN)).query
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.annotations["rank"])
    return sql, params


def _expression(user: int) -> Expression:
    active = Exists(User.objects.filter(pk=user, is_active=True))
    ways = (_best(rows) for rows in (grants(user), group_grants(user), _organizations(user), _links(user)))
    looks = Case(When(Exists(_inspections(user)), then=Value(Role.VIEWER.rank)), default=Value(Role.NONE.rank))
    is_frozen = ~Q(frozen_at=None)
    return Case(
        When(~active, then=Value(Role.NONE.rank)),
        When(is_frozen & Q(owner=user), then=Value(Role.VIEWER.rank)),
        When(is_frozen & Exists(grants(user)), then=Value(Role.VIEWER.rank)),
        When(is_frozen, then=looks),
        When(owner=user, then=Value(Role.OWNER.rank)),
        default=Greatest(looks, *ways),  # which passes over what there is not
        output_field=IntegerField(),
    )


def grants(user: int) -> QuerySet[Any]:
    """What the person was given by name in the notebook of the outer query."""
    return Grant.objects.valid().reaching(user).filter(notebook=OuterRef("pk"))


def group_grants(user: int) -> QuerySet[Any]:
    """What the person was given as one of a group in the notebook of the outer query."""
    return GroupGrant.objects.valid().reaching(user).filter(notebook=OuterRef("pk"))


def visits(user: int) -> QuerySet[Any]:
    """That the person has opened the notebook of the outer query without having been named."""
    return Visit.objects.filter(notebook=OuterRef("pk"), user=user)


def _inspections(user: int) -> QuerySet[Any]:
    """That the person is an administrator who looks into the notebook of the outer query at this time."""
    present = Inspection.objects.filter(by=user, by__is_staff=True, ends_at__gt=Now())
    return present.filter(notebook=OuterRef("pk"))


def roles_in(user: User, notebooks: Iterable[UUID | str]) -> dict[UUID, Role]:
    """The person's role in each of these notebooks; those that there are not are left out."""
    rows = Notebook.objects.kept().filter(pk__in=list(notebooks)).annotate(rank=rank(user))
    return {row.pk: role_of_rank(row.rank) for row in rows}  # type: ignore[attr-defined]


def _organizations(user: int) -> QuerySet[Any]:
    """What the notebook gives to an organization; the owner can give only to one that is theirs as well."""
    theirs = Membership.objects.filter(user=OuterRef("notebook__owner"), organization=OuterRef("organization"))
    mine = Membership.objects.filter(user=user, organization=OuterRef("organization"))
    open_to_one = Sharing.objects.filter(notebook=OuterRef("pk"), scope=Scope.ORGANIZATION.value)
    return open_to_one.filter(Exists(mine), Exists(theirs))


def _links(user: int) -> QuerySet[Any]:
    """What the notebook gives by its link, if the caller has come by the present key."""
    came = Visit.objects.filter(notebook=OuterRef("notebook"), user=user, key=OuterRef("key"))
    return Sharing.objects.filter(notebook=OuterRef("pk"), scope=Scope.LINK.value).filter(Exists(came))


def _best(rows: QuerySet[Any]) -> Subquery:
    """The highest rank among rows with a role: somebody may have proved several addresses."""
    rank = Case(*(When(role=role.value, then=Value(role.rank)) for role in GRANTED), output_field=IntegerField())
    return Subquery(rows.annotate(rank=rank).order_by("-rank").values("rank")[:1])
