"""Handing out, seeing what became of it, and collecting.

A copy belongs to whoever hands it out, and is shared by name with the one whose copy it is: so it can wait for a person
without an account, nobody sees another's, and collecting is taking the pen away. Everybody runs their copy on a
machine of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.classes.models import Copy, Handout
from notebooks.documents.copies import copy_notebook
from notebooks.documents.models import Notebook
from notebooks.documents.names import SUFFIX, clean_name, with_suffix
from notebooks.documents.services import rename_notebook
from notebooks.documents.storage import StorageFull, check_room
from notebooks.history.recording import pin
from notebooks.sharing.models import Grant
from notebooks.sharing.roles import Role
from notebooks.sharing.services import Invitation, Terms, access_changed, invite, let_editors_share, set_shares
from runtimes.execution.models import Execution

MOST = 200
HOUR = timedelta(hours=1)


class CannotHandOut(Exception):
    """The text says why; what was handed out before it stays."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One person's copy, and what they have done with it."""

    copy: Copy
    opened_at: datetime | None
    runs: int
    last_run_at: datetime | None


def hand_out(teacher: User, notebook: Notebook, emails: Iterable[str], note: str = "") -> Handout:
    """A copy for each of these addresses, with a letter to it; raises CannotHandOut or CannotShare."""
    handout = Handout.objects.create(teacher=teacher, notebook=notebook, name=notebook.name)
    try:
        add_people(handout, emails, note)
    finally:
        if not handout.copies.exists():
            handout.delete()
    return handout


def add_people(handout: Handout, emails: Iterable[str], note: str = "") -> int:
    """Copies of what the notebook is now for people who have none; how many. Each in a transaction of its own."""
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
    have = set(handout.copies.values_list("email", flat=True))
    fresh = [email for email in wanted if email not in have]
    if len(have) + len(fresh) > MOST:
        raise CannotHandOut(_("A notebook can be handed out to %(most)d people.") % {"most": MOST})
    recent = Copy.objects.filter(handout__teacher=handout.teacher, at__gt=timezone.now() - HOUR).count()
    if recent + len(fresh) > settings.TOMONI_HANDED_OUT_PER_HOUR:
        raise CannotHandOut(_("That is more than can be handed out in one hour. Go on later."))
    if handout.notebook is None or handout.notebook.trashed_at:
        raise CannotHandOut(_("The notebook that was handed out is deleted."))
    try:
        check_room(handout.teacher)
    except StorageFull as problem:
        raise CannotHandOut(str(problem)) from None
    for email in fresh:
        _hand_to(handout, handout.notebook, email, note)
    return len(fresh)


@transaction.atomic
def _hand_to(handout: Handout, original: Notebook, email: str, note: str) -> None:
    copy = copy_notebook(original, handout.teacher)
    rename_notebook(copy, with_suffix(clean_name(f"{handout.name.removesuffix(SUFFIX)[:150]} – {email}")))
    let_editors_share(copy, False)
    terms = Terms(Role.EDITOR.value)
    invite(copy, Invitation(by=handout.teacher, emails=[email], terms=terms, is_told=True, note=note))
    Copy.objects.create(handout=handout, email=email, notebook=copy)


def progress(handout: Handout) -> list[Progress]:
    """Everybody's copy, by address. Runs count that were started in the copy by whose it is."""
    copies = list(handout.copies.select_related("notebook").order_by("email"))
    audiences = [str(copy.notebook_id) for copy in copies if copy.notebook_id]
    pupils = Execution.objects.filter(audience__in=audiences).exclude(by=handout.teacher).order_by()
    found = pupils.values("audience").annotate(runs=Count("pk"), last=Max("queued_at"))
    runs = {row["audience"]: (row["runs"], row["last"]) for row in found}
    opened: dict[UUID | None, datetime | None] = dict(
        Grant.objects.filter(notebook__handed_out__handout=handout, email__in=[copy.email for copy in copies])
        .exclude(opened_at=None)
        .values_list("notebook", "opened_at")
    )
    return [
        Progress(copy, opened.get(copy.notebook_id), *runs.get(str(copy.notebook_id), (0, None))) for copy in copies
    ]


def collect(copies: Iterable[Copy]) -> int:
    """Keep what each copy is now as a revision, and let its person only look from now on; how many."""
    return sum(_collect(copy) for copy in copies)


@transaction.atomic
def _collect(copy: Copy) -> bool:
    mine = Copy.objects.select_for_update().filter(pk=copy.pk, collected_at=None).exclude(notebook=None)
    found = mine.select_related("handout").first()
    if found is None:
        return False
    assert found.notebook_id
    notebook = Notebook.objects.get(pk=found.notebook_id)
    pin(notebook, _("Collected"))
    set_shares(notebook, {found.email: Role.VIEWER.value}, by=found.handout.teacher)
    return bool(Copy.objects.filter(pk=found.pk).update(collected_at=Now()))


@transaction.atomic
def give_back(copy: Copy) -> None:
    """Let the person go on writing."""
    if copy.notebook is None:
        return
    Grant.objects.filter(notebook=copy.notebook, email=copy.email).update(role=Role.EDITOR.value)
    Copy.objects.filter(pk=copy.pk).update(collected_at=None, finished_at=None)
    access_changed(copy.notebook)


def copies_for(person: User) -> list[Copy]:
    """What was handed out to addresses that this person has proved to have, and is still theirs to see."""
    granted = Grant.objects.valid().reaching(person.pk).filter(notebook=OuterRef("notebook"), email=OuterRef("email"))
    mine = Copy.objects.filter(Exists(granted), notebook__trashed_at=None)
    return list(mine.select_related("handout__teacher", "notebook").order_by("-at"))


def finish(person: User, copy_id: int, is_finished: bool) -> bool:
    """Say that one has finished, or has not after all; False for a copy that is not one's own or is collected."""
    mine = [copy.pk for copy in copies_for(person) if copy.pk == copy_id]
    open_ones = Copy.objects.filter(pk__in=mine, collected_at=None)
    return bool(open_ones.update(finished_at=timezone.now() if is_finished else None))


def without_copies(notebooks: Iterable[Notebook]) -> list[Notebook]:
    """Those of these that are nobody's copy: a class of forty does not fill its teacher's list."""
    listed = list(notebooks)
    handed = set(Copy.objects.filter(notebook__in=listed).values_list("notebook", flat=True))
    return [notebook for notebook in listed if notebook.pk not in handed]
