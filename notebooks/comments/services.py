"""Writing, answering, changing, resolving and deleting comments, and seeing to it that people hear of them."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Lower, Now
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.outgoing import owe
from notebooks.collaboration.ydoc import CELL_ID
from notebooks.comments.anchors import BadAnchor, check_position
from notebooks.comments.mentions import addresses_in
from notebooks.comments.models import Comment, Letter, Thread
from notebooks.comments.names import name_of
from notebooks.documents.cells import Json
from notebooks.documents.models import Notebook
from notebooks.sharing.access import NotAllowed
from notebooks.sharing.members import known_members, members
from notebooks.sharing.services import announce

LONGEST_TEXT = 10_000
LONGEST_QUOTE = 1_000
MOST_MENTIONS = 50
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


class CannotComment(Exception):
    """The comment cannot be taken as it is; the text says why."""


class NoComment(Http404):
    """There is no such thread or comment in this notebook."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a thread is about: a cell or, with both ends, a piece of its text."""

    cell: str
    start: str = ""
    end: str = ""
    quote: str = ""


def threads_of(notebook: Notebook) -> list[Thread]:
    """All threads with their comments, the oldest first."""
    return list(Thread.objects.filter(notebook=notebook).whole().order_by("created_at", "pk"))


def find_thread(notebook: Notebook, thread_id: UUID) -> Thread:
    """A thread of `notebook`; raises NoComment."""
    thread = Thread.objects.filter(notebook=notebook, pk=thread_id).whole().first()
    if thread is None:
        raise NoComment
    return thread


def find_own_comment(notebook: Notebook, thread_id: UUID, comment_id: UUID, person: User) -> Comment:
    """A comment that `person` may change; raises NoComment or NotAllowed."""
    comment = Comment.objects.living().filter(thread__notebook=notebook, thread=thread_id, pk=comment_id).first()
    if comment is None:
        raise NoComment
    if comment.author_id != person.pk:
        raise NotAllowed(_("Only who wrote a comment may change or delete it."))
    return comment


@transaction.atomic
def begin_thread(
    notebook: Notebook, author: User, place: Place, text: str, thread_id: UUID, comment_id: UUID
) -> Thread:
    """A new thread with its first comment; the same ids again are the same thread, so that a page may ask twice."""
    _check(place)
    said = _clean(text)
    _refuse_too_many(notebook)
    about = {"cell": place.cell, "start": place.start, "end": place.end, "quote": _quoted(place.quote)}
    thread, is_new = Thread.objects.get_or_create(pk=thread_id, defaults={"notebook": notebook, **about})
    if thread.notebook_id != notebook.pk:
        raise NoComment
    if not _is_known(thread, author, said, comment_id):
        if not is_new:
            raise NoComment
        _write(thread, author, said, comment_id)
    return thread


@transaction.atomic
def reply(thread: Thread, author: User, text: str, comment_id: UUID) -> None:
    """Add a comment to `thread`, which opens it again; the same id again is the same comment."""
    said = _clean(text)
    _refuse_too_many(thread.notebook)
    _lock(thread)
    if not _is_known(thread, author, said, comment_id):
        _write(thread, author, said, comment_id)


@transaction.atomic
def edit_comment(comment: Comment, text: str) -> None:
    """Give `comment` another text; who is newly mentioned hears of it."""
    said = _clean(text)
    _lock(comment.thread)
    if Comment.objects.living().filter(pk=comment.pk).update(text=said, edited_at=Now()) == 0:
        raise NoComment
    comment.text = said
    _tell(comment, {})
    _announce(comment.thread.notebook)


@transaction.atomic
def delete_comment(comment: Comment) -> None:
    """Forget what the comment said; its thread goes with the last of its comments."""
    thread = comment.thread
    _lock(thread)
    if comment.number == 1:
        comment.mentioned.clear()
        Comment.objects.filter(pk=comment.pk).update(text="", deleted_at=Now())
    else:
        comment.delete()
    if not thread.comments.living().exists():
        thread.delete()
    _announce(thread.notebook)


@transaction.atomic
def delete_thread(thread: Thread) -> None:
    thread.delete()
    _announce(thread.notebook)


@transaction.atomic
def resolve(thread: Thread, person: User) -> None:
    """Put the thread among those that are done with; whoever does it first is named."""
    if Thread.objects.filter(pk=thread.pk, resolved_at=None).update(resolved_at=Now(), resolved_by=person):
        _announce(thread.notebook)


@transaction.atomic
def reopen(thread: Thread) -> None:
    if Thread.objects.filter(pk=thread.pk).exclude(resolved_at=None).update(resolved_at=None, resolved_by=None):
        _announce(thread.notebook)


def threads_to_export(notebook: Notebook) -> dict[str, list[Json]]:
    """The threads of each cell, as a notebook file carries them: names and no addresses."""
    found: dict[str, list[Json]] = {}
    for thread in threads_of(notebook):
        found.setdefault(thread.cell, []).append(_exported(thread))
    return found


def _exported(thread: Thread) -> Json:
    return {
        "id": str(thread.pk),
        "quote": thread.quote,
        "resolved": thread.resolved_at.isoformat() if thread.resolved_at else None,
        "comments": [
            {"author": name_of(comment.author), "at": comment.created_at.isoformat(), "text": comment.readable}
            for comment in thread.comments.all()
            if comment.deleted_at is None
        ],
    }


def _is_known(thread: Thread, author: User, text: str, comment_id: UUID) -> bool:
    """Whether this was written already: its answer was lost. What the author has changed since counts."""
    known = thread.comments.living().filter(pk=comment_id, author=author).first()
    if known is not None and known.text != text:
        edit_comment(known, text)
    return known is not None


def _write(thread: Thread, author: User, text: str, comment_id: UUID) -> None:
    if Comment.objects.filter(pk=comment_id).exists():
        raise NoComment  # somebody else's
    last = thread.comments.aggregate(last=Max("number"))["last"] or 0
    others = thread.comments.living().exclude(author=None).values_list("author", flat=True)
    named = thread.comments.living().exclude(mentioned=None).values_list("mentioned", flat=True)
    taking_part = {thread.notebook.owner_id: Letter.Why.OWNER} | dict.fromkeys({*others, *named}, Letter.Why.REPLY)
    comment = Comment.objects.create(pk=comment_id, thread=thread, number=last + 1, author=author, text=text)
    Thread.objects.filter(pk=thread.pk).update(resolved_at=None, resolved_by=None)
    _tell(comment, taking_part)
    _announce(thread.notebook)


def _tell(comment: Comment, taking_part: dict[int, Letter.Why]) -> None:
    """Note whom the comment mentions, and write a letter to each of them and to who takes part, but to nobody twice.

    Somebody whose name the author may not learn gets the letter, and stays an address in the text.
    """
    addresses = _addresses_in(comment.text)
    notebook = comment.thread.notebook
    known = known_members(notebook, comment.author) if comment.author else User.objects.none()
    comment.mentioned.set(_among(known, addresses))
    mentioned = _among(members(notebook), addresses)
    why = taking_part | dict.fromkeys((person.pk for person in mentioned), Letter.Why.MENTION)
    told = comment.letters.values_list("person", flat=True)
    due = why.keys() - {comment.author_id, *told}
    letters = Letter.objects.bulk_create(
        [Letter(comment=comment, person_id=person, why=why[person].value) for person in sorted(due)]
    )
    for letter in letters:
        owe("comment", letter.pk, after=settings.TOMONI_COMMENT_MAIL_SECONDS)


def _addresses_in(text: str) -> set[str]:
    addresses = addresses_in(text)
    if len(addresses) > MOST_MENTIONS:
        raise CannotComment(_("A comment may mention at most %(most)s people.") % {"most": MOST_MENTIONS})
    return addresses


def _among(people: QuerySet[User], addresses: set[str]) -> list[User]:
    return list(people.annotate(address=Lower("email")).filter(address__in=addresses)) if addresses else []


def _lock(thread: Thread) -> None:
    if not Thread.objects.select_for_update().filter(pk=thread.pk).exists():
        raise NoComment


def _announce(notebook: Notebook) -> None:
    announce(notebook, {"type": "notebook.changed", "what": "comments"})


def _check(place: Place) -> None:
    if not CELL_ID.fullmatch(place.cell):
        raise CannotComment(_("There is no such cell."))
    if not place.start and not place.end:
        return
    try:
        check_position(place.start)
        check_position(place.end)
    except BadAnchor as problem:
        raise CannotComment(_("The text that this comment is about cannot be found: select it again.")) from problem


def _clean(text: str) -> str:
    """`text` as the database and a mail can hold it; raises CannotComment."""
    said = text.replace("\r\n", "\n").translate(CONTROLS).strip()
    if not said:
        raise CannotComment(_("Write something first."))
    if len(said) > LONGEST_TEXT:
        raise CannotComment(_("A comment has at most %(most)s characters.") % {"most": f"{LONGEST_TEXT:,}"})
    return said


def _quoted(text: str) -> str:
    return text.translate(CONTROLS)[:LONGEST_QUOTE]


def _refuse_too_many(notebook: Notebook) -> None:
    if Comment.objects.filter(thread__notebook=notebook).count() >= settings.TOMONI_COMMENTS_MAX:
        raise CannotComment(_("This notebook holds as many comments as it can. Delete some that are done with."))
