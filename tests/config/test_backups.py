"""What a backup holds, and which files are not restored."""

import io
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models.functions import Now

from config.backups import archive
from config.backups.archive import NoBackup
from config.backups.making import make_backup
from config.backups.programs import NoProgram, Programs, programs_for, server_version
from config.backups.restoring import CannotRestore, restore_backup
from config.embedded.postgres import PROGRAMS
from runtimes.execution import clearing
from runtimes.execution.blobs import path_of, store_blobs, use_blobs
from runtimes.execution.models import Blob

pytestmark = pytest.mark.django_db(transaction=True)
SHA = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447"  # of b"hello world\n"
KEY = "k" * 50


@pytest.fixture
def file(tmp_path: Path, notebook, monkeypatch) -> Path:
    """A backup of Ada's notebook with one large part of an output."""
    monkeypatch.setattr(FileSystemStorage, "base_location", str(tmp_path / "files"))
    monkeypatch.setattr(FileSystemStorage, "location", str(tmp_path / "files"))
    store_blobs({SHA: b"hello world\n"})
    use_blobs(str(notebook.pk), {SHA: b"hello world\n"})
    (tmp_path / "secret_key").write_text(KEY)
    make_backup(tmp_path / "backup.tar", tmp_path, KEY, with_key=True)
    return tmp_path / "backup.tar"


def names(path: Path) -> list[str]:
    return [name for name, _ in archive.members(path)]


def test_it_holds_the_dump_the_key_and_the_files_in_use(file) -> None:
    assert names(file) == ["manifest.json", "database.dump", "secret_key", f"files/{path_of(SHA)}", "complete"]
    archive.check(file)


def test_without_the_key_it_is_left_out(tmp_path, notebook) -> None:
    (tmp_path / "secret_key").write_text(KEY)
    make_backup(tmp_path / "backup.tar", tmp_path, KEY, with_key=False)
    assert "secret_key" not in names(tmp_path / "backup.tar")
    assert KEY.encode() not in (tmp_path / "backup.tar").read_bytes()


def test_a_file_that_is_missing_is_told(tmp_path, file) -> None:
    default_storage.delete(path_of(SHA))
    made = make_backup(tmp_path / "second.tar", tmp_path, KEY, with_key=True)
    assert made.missing == [SHA]


def test_a_database_that_is_not_empty_is_left_alone(file, tmp_path) -> None:
    with pytest.raises(CannotRestore, match="a restore replaces nothing"):
        restore_backup(file, tmp_path, "")


def test_a_file_that_was_cut_off_is_refused(file) -> None:
    for length in (file.stat().st_size // 2, file.stat().st_size - 11_000):
        cut = file.with_name("cut.tar")
        cut.write_bytes(file.read_bytes()[:length])
        with pytest.raises(NoBackup):
            archive.check(cut)


def test_a_file_whose_bytes_changed_is_refused(file) -> None:
    raw = file.read_bytes()
    assert raw.count(b"hello world\n") == 1
    file.write_bytes(raw.replace(b"hello world\n", b"hello worle\n"))
    with pytest.raises(NoBackup, match="is damaged"):
        archive.check(file)


def test_what_is_no_backup_is_called_so(tmp_path) -> None:
    (tmp_path / "text").write_text("This is a letter.")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo("letter"), io.BytesIO())
    for name in ("text", "other.tar"):
        with pytest.raises(NoBackup, match="is not a backup of Tomoni"):
            archive.read_manifest(tmp_path / name)


def test_a_backup_of_a_newer_version_is_refused(tmp_path, file) -> None:
    manifest = archive.read_manifest(file)
    manifest.migrations.append("accounts.9999_from_the_future")
    with archive.write(tmp_path / "newer.tar", manifest):
        pass
    with pytest.raises(CannotRestore, match="newer version of Tomoni"):
        restore_backup(tmp_path / "newer.tar", tmp_path, "")


def test_a_name_that_is_taken_is_not_overwritten(tmp_path) -> None:
    (tmp_path / "backup.tar").write_text("last week's")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(tmp_path / "backup.tar"))
    assert (tmp_path / "backup.tar").read_text() == "last week's"


def test_nothing_is_cleared_away_while_a_backup_copies(file, notebook) -> None:
    """Another process holds the lock that a backup holds; files that were let go meanwhile go afterwards."""
    notebook.delete()
    Blob.objects.get(pk=SHA).uses.all().delete()
    Blob.objects.update(made_at=Now() - timedelta(days=30))
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [clearing.BACKUP_LOCK])
        assert clearing.delete_unused_blobs(timedelta(days=1)) == 0
        assert default_storage.exists(path_of(SHA))
    finally:
        other.close()
    assert clearing.delete_unused_blobs(timedelta(days=1)) == 1


def test_the_backup_holds_that_lock_and_gives_it_back(notebook) -> None:
    with clearing.nothing_cleared():
        assert locks() == 1
    assert locks() == 0


def locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return int(cursor.fetchone()[0])


def test_programs_of_the_servers_own_version_are_chosen() -> None:
    assert programs_for(server_version()).version == server_version() == Programs(PROGRAMS).version
    with pytest.raises(NoProgram, match="postgresql-client-99"):
        programs_for(99)
    assert Programs(Path("/nowhere")).version == 0
