"""Large parts of outputs: files in Django's storage, named by the digest of their bytes."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from runtimes.execution.models import Blob, BlobUse


class NoBlob(LookupError):
    """There is no such blob, or not for this audience."""


def store_blobs(blobs: Mapping[str, bytes]) -> None:
    """Write the files, before and outside the transaction that refers to them.

    The rows come first and count as made now: clearing away leaves what is young, so that these are there when they are
    referred to in a moment, and a crash in between leaves rows by which the unused files are found.
    """
    rows = [Blob(sha256=sha256, size=len(blobs[sha256])) for sha256 in sorted(blobs)]  # in one order, against deadlocks
    Blob.objects.bulk_create(rows, update_conflicts=True, update_fields=["made_at"], unique_fields=["sha256"])
    for sha256, raw in blobs.items():
        _write(path_of(sha256), raw)


def use_blobs(audience: str, blobs: Mapping[str, bytes], execution: UUID | None = None) -> None:
    """Note that these, which are stored, are part of what `audience` sees, and of an execution's outputs."""
    if not blobs:
        return
    rows = [Blob(sha256=sha256, size=len(raw)) for sha256, raw in blobs.items()]
    Blob.objects.bulk_create(rows, ignore_conflicts=True)
    uses = [BlobUse(audience=audience, blob_id=sha256, execution_id=execution) for sha256 in blobs]
    BlobUse.objects.bulk_create(uses, ignore_conflicts=True)


def open_blob(audience: str, sha256: str) -> bytes:
    """The bytes of a part that `audience` sees: UTF-8 of a text part, JSON of another; raises NoBlob."""
    if not BlobUse.objects.seen_by(audience).filter(blob_id=sha256).exists():
        raise NoBlob(sha256)
    return _read(sha256)


def read_blobs(audience: str, wanted: Iterable[str]) -> dict[str, bytes]:
    """Those of `wanted` that `audience` sees."""
    seen = BlobUse.objects.seen_by(audience).filter(blob_id__in=set(wanted)).values_list("blob_id", flat=True)
    return {sha256: _read(sha256) for sha256 in set(seen)}


def path_of(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256[2:]}"


def _read(sha256: str) -> bytes:
    with default_storage.open(path_of(sha256)) as file:
        return bytes(file.read())


def _write(path: str, raw: bytes) -> None:
    """Write a file once; one of another size is what a crash left of an earlier attempt."""
    if default_storage.exists(path):
        if default_storage.size(path) == len(raw):
            return
        default_storage.delete(path)
    default_storage.save(path, ContentFile(raw))
