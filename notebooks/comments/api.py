"""API: the comments on a notebook."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import BaseModel, Field, TypeAdapter

from accounts.models import User
from notebooks.comments import services
from notebooks.comments.anchors import LONGEST_POSITION
from notebooks.comments.models import CELL_ID_LENGTH, Comment, Thread
from notebooks.documents import responses
from notebooks.sharing import limits
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.members import known_members
from notebooks.sharing.roles import Role

router = Router(tags=["Comments"], auth=AtLeast(Role.COMMENTER))

MOST_PEOPLE = 20
TRANSPORT_LENGTH = 100_000  # services say in a sentence what is too long; this is only against nonsense


class PersonOut(Schema):
    """Somebody, by name."""

    id: int
    name: str


class MentionOut(PersonOut):
    """Somebody whom a comment names by their address."""

    email: str


class CommentOut(Schema):
    """One comment; `author` is null when the account is gone, the text empty when it was deleted."""

    id: UUID
    author: PersonOut | None
    text: str
    created: datetime
    edited: datetime | None
    deleted: bool
    mentions: list[MentionOut]


class ThreadOut(Schema):
    """A thread, the oldest comment first; `start` and `end` are Base64 of Yjs relative positions, or empty."""

    id: UUID
    cell: str
    start: str
    end: str
    quote: str
    created: datetime
    resolved: datetime | None
    resolved_by: PersonOut | None
    comments: list[CommentOut]


class CommentIn(BaseModel):
    """What is said; an id of the caller's own choice makes it safe to send again."""

    text: str = Field(max_length=TRANSPORT_LENGTH)
    id: UUID = Field(default_factory=uuid4)


class ThreadIn(CommentIn):
    """A thread's first comment, and what it is about."""

    thread: UUID = Field(default_factory=uuid4)
    cell: str = Field(max_length=CELL_ID_LENGTH)
    start: str = Field("", max_length=LONGEST_POSITION)
    end: str = Field("", max_length=LONGEST_POSITION)
    quote: str = Field("", max_length=TRANSPORT_LENGTH)


class ResolvedIn(BaseModel):
    """Whether a thread is done with."""

    resolved: bool


class PersonToMention(Schema):
    """Somebody who may be mentioned, and by which address."""

    name: str
    email: str


@router.get(
    "/{uuid:notebook_id}/comments",
    response=list[ThreadOut],
    auth=AtLeast(Role.VIEWER),
    summary="All threads of comments",
)
def list_threads(request: HttpRequest, notebook_id: UUID) -> HttpResponse:
    found = [_thread(thread) for thread in services.threads_of(access_of(request).notebook)]
    return responses.compressed(request, TypeAdapter(list[ThreadOut]).dump_json(found), "application/json")


@router.post("/{uuid:notebook_id}/comments", response={201: ThreadOut}, summary="Begin a thread on a cell or its text")
def begin_thread(request: HttpRequest, notebook_id: UUID, body: ThreadIn) -> Any:
    limits.spend(caller_of(request), limits.Limited.COMMENTS)
    place = services.Place(body.cell, body.start, body.end, body.quote)
    notebook = access_of(request).notebook
    thread = services.begin_thread(notebook, caller_of(request), place, body.text, body.thread, body.id)
    return Status(201, _as_it_is(thread))


@router.get("/{uuid:notebook_id}/comments/people", response=list[PersonToMention], summary="Whom I may mention")
def list_people(request: HttpRequest, notebook_id: UUID, start: str = "") -> Any:
    people = known_members(access_of(request).notebook, caller_of(request))
    matching = people.filter(Q(name__icontains=start) | Q(email__istartswith=start))
    return [{"name": person.display_name, "email": person.email} for person in matching[:MOST_PEOPLE]]


@router.post("/{uuid:notebook_id}/comments/{uuid:thread_id}", response={201: ThreadOut}, summary="Reply")
def reply(request: HttpRequest, notebook_id: UUID, thread_id: UUID, body: CommentIn) -> Any:
    limits.spend(caller_of(request), limits.Limited.COMMENTS)
    thread = services.find_thread(access_of(request).notebook, thread_id)
    services.reply(thread, caller_of(request), body.text, body.id)
    return Status(201, _as_it_is(thread))


@router.patch("/{uuid:notebook_id}/comments/{uuid:thread_id}", response=ThreadOut, summary="Resolve or reopen a thread")
def resolve(request: HttpRequest, notebook_id: UUID, thread_id: UUID, body: ResolvedIn) -> Any:
    thread = services.find_thread(access_of(request).notebook, thread_id)
    if body.resolved:
        services.resolve(thread, caller_of(request))
    else:
        services.reopen(thread)
    return _as_it_is(thread)


@router.delete(
    "/{uuid:notebook_id}/comments/{uuid:thread_id}",
    response={204: None},
    auth=AtLeast(Role.OWNER),
    summary="Delete a thread, whoever wrote in it",
)
def delete_thread(request: HttpRequest, notebook_id: UUID, thread_id: UUID) -> Any:
    services.delete_thread(services.find_thread(access_of(request).notebook, thread_id))
    return Status(204, None)


@router.patch(
    "/{uuid:notebook_id}/comments/{uuid:thread_id}/{uuid:comment_id}",
    response=ThreadOut,
    summary="Change what I wrote",
)
def edit_comment(request: HttpRequest, notebook_id: UUID, thread_id: UUID, comment_id: UUID, body: CommentIn) -> Any:
    limits.spend(caller_of(request), limits.Limited.COMMENTS)
    notebook = access_of(request).notebook
    comment = services.find_own_comment(notebook, thread_id, comment_id, caller_of(request))
    services.edit_comment(comment, body.text)
    return _as_it_is(comment.thread)


@router.delete(
    "/{uuid:notebook_id}/comments/{uuid:thread_id}/{uuid:comment_id}",
    response={204: None},
    summary="Delete what I wrote",
)
def delete_comment(request: HttpRequest, notebook_id: UUID, thread_id: UUID, comment_id: UUID) -> Any:
    notebook = access_of(request).notebook
    services.delete_comment(services.find_own_comment(notebook, thread_id, comment_id, caller_of(request)))
    return Status(204, None)


def _as_it_is(thread: Thread) -> ThreadOut:
    """The thread as the database has it now."""
    return _thread(services.find_thread(thread.notebook, thread.pk))


def _thread(thread: Thread) -> ThreadOut:
    return ThreadOut(
        id=thread.pk,
        cell=thread.cell,
        start=thread.start,
        end=thread.end,
        quote=thread.quote,
        created=thread.created_at,
        resolved=thread.resolved_at,
        resolved_by=_person(thread.resolved_by),
        comments=[_comment(comment) for comment in thread.comments.all()],
    )


def _comment(comment: Comment) -> CommentOut:
    return CommentOut(
        id=comment.pk,
        author=_person(comment.author),
        text=comment.text,
        created=comment.created_at,
        edited=comment.edited_at,
        deleted=comment.deleted_at is not None,
        mentions=[
            MentionOut(id=person.pk, name=person.display_name, email=person.email)
            for person in sorted(comment.mentioned.all(), key=lambda person: person.pk)
        ],
    )


def _person(person: User | None) -> PersonOut | None:
    return PersonOut(id=person.pk, name=person.display_name) if person else None
