"""What the mails about comments say: all that a reader has not heard of in one notebook, in one letter.

Each comment owes each of its readers a mail, sent after a pause. The first of them that is sent tells everything that
is untold in that notebook, and the others find nothing left: a lively conversation is one letter, and nobody has to
keep a list of what is gathered.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.mailing import Letter as Mail
from accounts.models import User
from accounts.wording import in_language_of, one_line, quoted
from notebooks.comments.models import Letter, Wish
from notebooks.comments.names import name_of
from notebooks.comments.wishes import address_of, wish_of
from notebooks.documents.models import Notebook
from notebooks.sharing.access import NoAccess, access_notebook


def compose(about: str) -> Mail | None:
    """One letter of all that its reader may and wants to know; None when that is nothing."""
    first = Letter.objects.untold().filter(pk=about).select_related("comment__thread__notebook", "person").first()
    if first is None:
        return None
    notebook, reader = first.comment.thread.notebook, first.person
    news = [letter for letter in _tell(notebook, reader) if _is_wanted(letter)]
    if not news or not _may_know(reader, notebook):
        return None
    with in_language_of(reader):
        return _written(notebook, reader, news)


def _tell(notebook: Notebook, reader: User) -> Sequence[Letter]:
    """What is untold, and from now on told; what another task is telling is left to it."""
    untold = Letter.objects.untold().filter(person=reader, comment__thread__notebook=notebook)
    locked = untold.select_for_update(of=("self",), skip_locked=True)
    letters = list(locked.select_related("comment__thread", "comment__author", "person").order_by("pk"))
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(told_at=Now())
    return letters


def _is_wanted(letter: Letter) -> bool:
    wish = wish_of(letter.person)
    if letter.comment.deleted_at or wish == Wish.Which.NONE:
        return False
    return wish == Wish.Which.ALL or letter.why != Letter.Why.OWNER


def _may_know(reader: User, notebook: Notebook) -> bool:
    try:
        access_notebook(reader, notebook.pk)
    except NoAccess:
        return False
    return True


def _written(notebook: Notebook, reader: User, news: Sequence[Letter]) -> Mail:
    address = settings.TOMONI_ADDRESS + reverse("notebook", args=[notebook.pk])
    context = {
        "notebook": one_line(notebook.name),
        "news": [_piece(letter, address) for letter in news],
        "only": _piece(news[0], address) if len(news) == 1 else None,
        "wishes": address_of(reader),
    }
    subject = render_to_string("comments/letter_subject.txt", context)
    text = render_to_string("comments/letter_message.txt", context)
    return Mail(reader.email, subject, text, unsubscribe=address_of(reader))


def _piece(letter: Letter, address: str) -> dict[str, str]:
    comment, thread = letter.comment, letter.comment.thread
    return {
        "author": one_line(name_of(comment.author)),
        "why": letter.why,
        "quote": quoted(thread.quote),
        "text": quoted(comment.readable),
        "link": f"{address}#comment={thread.pk}",
    }
