"""API: who has which role in a notebook, and how it is shared."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, BaseModel, Field

from notebooks.sharing import acquaintances, groups, limits, openings, people, services
from notebooks.sharing.gates import AtLeast, MayShare, access_of, caller_of
from notebooks.sharing.models import Scope
from notebooks.sharing.roles import Role

router = Router(tags=["Shares"])
OWNER, SHARER = AtLeast(Role.OWNER), MayShare()
NOTE_LENGTH = 2000


class ShareIn(BaseModel):
    """One person's role."""

    email: str
    role: str
    expires: AwareDatetime | None = None


class ShareOut(Schema):
    """One person's role, and what they are called if that is known."""

    email: str
    name: str
    role: Role
    expires: datetime | None
    has_opened: bool


class InvitationIn(BaseModel):
    """People who are to get a role, and what to write to them."""

    emails: list[str] = Field(min_length=1, max_length=50)
    role: str
    expires: AwareDatetime | None = None
    notify: bool = True
    note: str = Field("", max_length=NOTE_LENGTH)


class TermsIn(BaseModel):
    """A role, and until when."""

    role: str
    expires: AwareDatetime | None = None


class GeneralIn(BaseModel):
    """Who else may do what."""

    scope: str
    role: str = Role.VIEWER.value
    organization: int | None = None


class RulesIn(BaseModel):
    """What editors may."""

    may_editors_share: bool


class OwnerIn(BaseModel):
    """The person of the list who is to own the notebook."""

    person: int


class PersonOut(Schema):
    """Somebody with access by name; the owner has no id."""

    id: int | None
    email: str
    name: str
    color: str
    role: Role
    expires: datetime | None
    has_expired: bool
    has_opened: bool


class AcquaintanceOut(Schema):
    """Somebody whom the caller could name; the name is empty where the caller does not know it."""

    email: str
    name: str


class OrganizationOut(Schema):
    """An organization to which the notebook is, or can be, opened."""

    id: int
    name: str


class GroupIn(BaseModel):
    """A group, and what those in it may."""

    group: int
    role: str


class GroupRoleIn(BaseModel):
    """What those in a group may."""

    role: str


class GroupOut(Schema):
    """A group of an organization with which the notebook can be shared."""

    id: int
    name: str
    organization: str


class GroupGrantOut(GroupOut):
    """A group that has access; how many are in it is told only to members of its organization."""

    grant: int
    role: Role
    people: int | None


class SharingOut(Schema):
    """How the notebook is shared, as far as it concerns the caller."""

    role: Role
    may_share: bool
    may_editors_share: bool
    owner: str
    people: list[PersonOut]
    groups: list[GroupGrantOut]
    offered_groups: list[GroupOut]
    scope: Scope
    general_role: Role
    organization: OrganizationOut | None
    organizations: list[OrganizationOut]
    link: str


@router.get("/{uuid:notebook_id}/shares", response=list[ShareOut], auth=OWNER, summary="Everyone with a role by name")
def get_shares(request: HttpRequest, notebook_id: UUID) -> Any:
    return people.people(access_of(request).notebook, caller_of(request))


@router.put("/{uuid:notebook_id}/shares", response=list[ShareOut], auth=OWNER, summary="Replace the list of roles")
def put_shares(request: HttpRequest, notebook_id: UUID, body: list[ShareIn]) -> Any:
    notebook, caller = access_of(request).notebook, caller_of(request)
    roles = {share.email: share.role for share in body}
    services.set_shares(notebook, roles, by=caller, expiries={share.email: share.expires for share in body})
    return people.people(notebook, caller)


@router.get(
    "/{uuid:notebook_id}/sharing",
    response=SharingOut,
    auth=AtLeast(Role.VIEWER),
    summary="How the notebook is shared",
)
def get_sharing(request: HttpRequest, notebook_id: UUID) -> Any:
    return people.summary(access_of(request), caller_of(request))


@router.patch("/{uuid:notebook_id}/sharing", response={204: None}, auth=OWNER, summary="Say whether editors may share")
def patch_sharing(request: HttpRequest, notebook_id: UUID, body: RulesIn) -> Any:
    services.let_editors_share(access_of(request).notebook, body.may_editors_share)
    return Status(204, None)


@router.delete("/{uuid:notebook_id}/sharing", response={204: None}, auth=OWNER, summary="Stop sharing altogether")
def delete_sharing(request: HttpRequest, notebook_id: UUID) -> Any:
    services.stop_sharing(access_of(request).notebook)
    return Status(204, None)


@router.get(
    "/{uuid:notebook_id}/sharing/known",
    response=list[AcquaintanceOut],
    auth=SHARER,
    summary="Whom I know whose name or address begins so",
)
def list_acquaintances(request: HttpRequest, notebook_id: UUID, start: str = "") -> Any:
    return acquaintances.acquaintances(caller_of(request), start, access_of(request).notebook)


@router.post("/{uuid:notebook_id}/sharing/people", response={204: None}, auth=SHARER, summary="Invite people")
def invite(request: HttpRequest, notebook_id: UUID, body: InvitationIn) -> Any:
    caller = caller_of(request)
    limits.spend(caller, limits.Limited.INVITATIONS, len(body.emails))
    terms = services.Terms(body.role, body.expires)
    invitation = services.Invitation(caller, body.emails, terms, body.notify, body.note)
    services.invite(access_of(request).notebook, invitation)
    return Status(204, None)


@router.patch(
    "/{uuid:notebook_id}/sharing/people/{int:person}",
    response={204: None},
    auth=SHARER,
    summary="Change somebody's role, or when it ends",
)
def change_person(request: HttpRequest, notebook_id: UUID, person: int, body: TermsIn) -> Any:
    services.change_grant(access_of(request).notebook, person, services.Terms(body.role, body.expires))
    return Status(204, None)


@router.delete(
    "/{uuid:notebook_id}/sharing/people/{int:person}",
    response={204: None},
    auth=SHARER,
    summary="Remove somebody's access",
)
def remove_person(request: HttpRequest, notebook_id: UUID, person: int) -> Any:
    services.remove_grant(access_of(request).notebook, person)
    return Status(204, None)


@router.post(
    "/{uuid:notebook_id}/sharing/groups", response={204: None}, auth=SHARER, summary="Share with a group of people"
)
def share_with_group(request: HttpRequest, notebook_id: UUID, body: GroupIn) -> Any:
    groups.share_with_group(access_of(request).notebook, body.group, body.role, caller_of(request))
    return Status(204, None)


@router.patch(
    "/{uuid:notebook_id}/sharing/groups/{int:group_grant}",
    response={204: None},
    auth=SHARER,
    summary="Change the role of a group",
)
def change_group(request: HttpRequest, notebook_id: UUID, group_grant: int, body: GroupRoleIn) -> Any:
    groups.change_group(access_of(request).notebook, group_grant, body.role)
    return Status(204, None)


@router.delete(
    "/{uuid:notebook_id}/sharing/groups/{int:group_grant}",
    response={204: None},
    auth=SHARER,
    summary="Remove the access of a group",
)
def remove_group(request: HttpRequest, notebook_id: UUID, group_grant: int) -> Any:
    groups.remove_group(access_of(request).notebook, group_grant)
    return Status(204, None)


@router.put("/{uuid:notebook_id}/sharing/general", response={204: None}, auth=SHARER, summary="Say who else has access")
def put_general(request: HttpRequest, notebook_id: UUID, body: GeneralIn) -> Any:
    openings.open_to(access_of(request).notebook, body.scope, body.role, body.organization)
    return Status(204, None)


@router.post(
    "/{uuid:notebook_id}/sharing/link", response={204: None}, auth=SHARER, summary="Replace the link by another"
)
def renew_link(request: HttpRequest, notebook_id: UUID) -> Any:
    openings.renew_link(access_of(request).notebook)
    return Status(204, None)


@router.post("/{uuid:notebook_id}/sharing/owner", response={204: None}, auth=OWNER, summary="Give the notebook away")
def transfer(request: HttpRequest, notebook_id: UUID, body: OwnerIn) -> Any:
    services.transfer_ownership(access_of(request).notebook, caller_of(request), body.person)
    return Status(204, None)
