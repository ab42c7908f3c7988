"""P88: paths of the Files pane that would lead out of where they may lead, on real files."""

import os
import threading
from pathlib import Path

import pytest

from runtimes.agent.files import Files
from runtimes.agent.places import Places, Refused

SECRET = "told to nobody"
ROUNDS = 300
UPLOAD = "0123456789abcdef"

UPWARDS = [
    f"{start}{'/'.join([up] * count)}/{target}"
    for start in (
        "/content/",
        "/content/folder/",
        "/content/./",
        "/content//",
        "/content/missing/",
        "/content/folder/..//",
    )
    for up in ("..", "../.", "..//")
    for count in (1, 2, 3)
    for target in ("outside/secret", "content-sibling/secret")
]
LINKS = [
    "/content/to-outside/secret",
    "/content/to-root/outside/secret",
    "/content/to-secret",
    "/content/relative/secret",
    "/content/folder/up/outside/secret",
    "/content/chain/secret",
    "/content/loop/secret",
    "/content/to-proc/self/root/outside/secret",
    "/content/to-proc/self/cwd",
    "/content/to-sibling/secret",
]
# Names of their own, which mean something elsewhere: what is asked is simply not there.
LITERALS = [
    "/content/%2e%2e/outside/secret",
    "/content/..%2foutside%2fsecret",
    "/content/%2e%2e%2foutside%2fsecret",
    "/content/..\\outside\\secret",
    "/content/..\\..\\outside\\secret",
    "/content/．．/outside/secret",
    "/content/..／outside/secret",
    "/content/ ../outside/secret",
    "/content/.. /outside/secret",
    "/content/....//outside/secret",
    "/content/..;/outside/secret",
    "/content/~/outside/secret",
    "/content/file:///outside/secret",
]
NO_PATHS = [
    "",
    "..",
    "../outside/secret",
    "content/../outside/secret",
    "outside/secret",
    "\\content\\..\\outside",
    "/content/folder\0/../../outside/secret",
    "/content/\0",
    "/outside/secret\0.txt",
    "/content/" + "a/" * 3000 + "../" * 3001 + "outside/secret",
]
# Outside of the content, said plainly: read as the box's own, changed by nobody.
PLAINLY_OUTSIDE = ["/outside/secret", "/content-sibling/secret", "//outside/secret"]
ESCAPES = [*UPWARDS, *LINKS, *LITERALS, *NO_PATHS]


@pytest.fixture
def world(tmp_path):
    """A box's root, with a content folder that has all kinds of links in it, and a secret beside it."""
    for folder in ("content/folder", "outside", "content-sibling"):
        (tmp_path / folder).mkdir(parents=True)
    for place in ("outside/secret", "content-sibling/secret"):
        (tmp_path / place).write_text(SECRET)
    (tmp_path / "content/mine").write_text("mine")
    links = {
        "to-outside": tmp_path / "outside",
        "to-root": tmp_path,
        "to-secret": tmp_path / "outside/secret",
        "relative": "../outside",
        "folder/up": "../..",
        "chain": "to-outside",
        "loop": "loop",
        "to-proc": "/proc",
        "to-sibling": tmp_path / "content-sibling",
    }
    for name, target in links.items():
        (tmp_path / "content" / name).symlink_to(target)
    return tmp_path


@pytest.fixture
def files(world):
    return Files(Places(world / "content", root=world))


def here(world: Path, path: str) -> str:
    """A path of a page, which names the box's /content, in the folder of this test."""
    return str(world) + path if path.startswith("/content/") else path


def read(files, path):
    descriptor, figures = files.open_to_read(path)
    try:
        return os.pread(descriptor, figures["size"], 0).decode()
    finally:
        os.close(descriptor)


def everything(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def outside(world):
    return everything(world / "outside") | everything(world / "content-sibling")


def upload(files, path):
    writing = files.open_to_write(path, UPLOAD)
    try:
        writing.write(b"overwritten")
        writing.finish(replace=True, version=None)
    finally:
        writing.close()


WORKS = {
    "read": read,
    "list": lambda files, path: files.do("list", path.rpartition("/")[0]),
    "write": upload,
    "new": lambda files, path: files.do("new", path + "-new"),
    "new folder": lambda files, path: files.do("new", path + "-new", kind="folder"),
    "rename away": lambda files, path: files.do("rename", path, to=path + "-renamed"),
    "delete": lambda files, path: files.do("delete", path),
}


@pytest.mark.parametrize("work", WORKS)
def test_p88_no_path_leads_out_of_the_content(world, files, work) -> None:
    assert len(ESCAPES) > 80
    before = outside(world)
    for path in ESCAPES:
        try:
            said = WORKS[work](files, here(world, path))
        except Refused as refused:
            assert refused.code.startswith("file-"), (path, refused)
        else:
            # It was something of the content itself: a link is renamed or deleted as a link, a strange name is a name.
            assert SECRET not in str(said), (work, path)
        assert outside(world) == before, (work, path)


@pytest.mark.parametrize("path", ESCAPES)
def test_p88_nothing_is_moved_out_of_the_content_or_into_it(world, files, path) -> None:
    before = outside(world)
    mine = str(world / "content/mine")
    for old, new in ((mine, here(world, path)), (here(world, path), mine + "-2")):
        try:
            files.do("rename", old, to=new)
        except Refused:
            continue
        moved = Path(mine) if old != mine else Path(new)
        assert moved.is_relative_to(world / "content")
    assert outside(world) == before
    assert not any(SECRET in text for text in everything(world / "content").values())


@pytest.mark.parametrize("path", PLAINLY_OUTSIDE)
def test_the_rest_of_the_box_can_be_read_and_not_changed(world, files, path) -> None:

    assert read(files, path) == SECRET
    assert not files.do("stat", path)["writable"]
    for work in ("write", "new", "rename away", "delete"):
        with pytest.raises(Refused) as refused:
            WORKS[work](files, path)
        assert refused.value.code == "file-read-only"


def test_links_in_the_rest_of_the_box_end_at_its_root(world, files) -> None:
    (world / "outside/absolute").symlink_to("/outside/secret")
    (world / "outside/up").symlink_to("../../../../../../../../etc/passwd")
    (world / "outside/magic").symlink_to("/proc/self/root/etc/passwd")
    assert read(files, "/outside/absolute") == SECRET
    for name in ("up", "magic"):
        with pytest.raises(Refused):
            read(files, f"/outside/{name}")


@pytest.mark.parametrize("work", ["read", "write", "new", "rename away", "delete"])
def test_p88_a_folder_that_is_swapped_for_a_link_meanwhile_leads_nowhere(world, files, work) -> None:
    """Somebody in the box exchanges a folder and a link to the outside as fast as they can."""
    folder, link = world / "content/swapped", world / "content/swapped-link"
    folder.mkdir()
    (folder / "secret").write_text("harmless")
    link.symlink_to(world / "outside")
    before = outside(world)
    is_over = threading.Event()

    def swap() -> None:
        spare = world / "content/spare"
        while not is_over.is_set():
            os.rename(folder, spare)
            os.rename(link, folder)
            os.rename(folder, link)
            os.rename(spare, folder)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for _ in range(ROUNDS):
            try:
                said = WORKS[work](files, str(folder / "secret"))
            except Refused:
                continue
            assert said != SECRET
    finally:
        is_over.set()
        swapping.join()
    assert outside(world) == before


def test_deleting_a_folder_deletes_no_file_that_links_in_it_lead_to(world, files) -> None:
    before = outside(world)
    (world / "content/folder/link").symlink_to(world / "outside")
    files.do("delete", str(world / "content/folder"))
    assert not (world / "content/folder").exists()
    assert outside(world) == before


def test_the_content_folder_itself_stays(world, files) -> None:
    for path in (world / "content", f"{world}/content/", f"{world}/content/."):
        with pytest.raises(Refused):
            files.do("delete", str(path))
    assert (world / "content/mine").exists()


@pytest.mark.parametrize("kind", ["fifo", "socket", "folder", "device"])
def test_what_is_no_plain_file_is_not_read(world, files, kind) -> None:
    import socket

    path = world / "content/strange"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "socket":
            socket.socket(socket.AF_UNIX).bind(str(path))
        case "folder":
            path.mkdir()
        case "device":
            path = Path("/zero") if Path("/dev/zero").exists() else path
            files = Files(Places(world / "content", root=Path("/dev")))
    with pytest.raises(Refused) as refused:
        read(files, str(path))
    assert refused.value.code == "file-kind"
