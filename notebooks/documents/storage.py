"""How much of the platform's disk a person's notebooks take, and whether there is room for more.

What is there is never touched: beyond the limit of the plan nothing new is made, uploaded or copied, and writing and
running in what there is go on. Refusing an edit for its bytes would lose work, and gain next to nothing.
"""

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Length
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.collaboration.models import Document, DocumentUpdate
from notebooks.documents.models import Notebook, Original
from notebooks.history.models import Revision
from runtimes.allocation.choosing import plan_of
from runtimes.execution.models import Blob, BlobUse, Execution


class StorageFull(Exception):
    """The person's plan has no room for what they want to make; the text says what to do."""


def check_room(user: User, more: int = 0) -> None:
    """Raises StorageFull if what the person has, and `more` bytes, are beyond their plan."""
    most = plan_of(user).storage_bytes
    if most is None:
        return
    used = storage_of(user)
    if used >= most or used + more > most:
        sentence = _(
            "Your notebooks and their results take %(used)s of the %(most)s of your plan, and there is no room for "
            "this. Delete some, empty the trash, or ask an administrator of the site for another plan."
        )
        raise StorageFull(sentence % {"used": filesizeformat(used), "most": filesizeformat(most)})


def storage_of(user: User) -> int:
    """Bytes of all notebooks of this person, those in the trash as well."""
    return size_of(Notebook.objects.filter(owner=user))


def size_of(notebooks: QuerySet[Notebook]) -> int:
    """Bytes of these notebooks: text, versions, results, uploads."""
    audiences = [str(identity) for identity in notebooks.values_list("pk", flat=True)]
    runs = Execution.objects.filter(audience__in=audiences)
    blobs = Blob.objects.filter(pk__in=BlobUse.objects.filter(audience__in=audiences).values("blob"))
    return sum(
        (
            _bytes(Document.objects.filter(notebook__in=notebooks), "snapshot"),
            _bytes(DocumentUpdate.objects.filter(document__notebook__in=notebooks), "data"),
            _bytes(Revision.objects.filter(notebook__in=notebooks), "state"),
            _bytes(Original.objects.filter(notebook__in=notebooks), "packed"),
            _bytes(runs, "code"),
            _bytes(runs, "outputs"),
            int(blobs.aggregate(total=Sum(F("size")))["total"] or 0),
        )
    )


def _bytes(
    rows: QuerySet[Document] | QuerySet[DocumentUpdate] | QuerySet[Revision] | QuerySet[Original] | QuerySet[Execution],
    field: str,
) -> int:
    return int(rows.aggregate(total=Sum(Length(field)))["total"] or 0)
