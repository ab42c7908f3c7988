"""`make audit` against registries of our own that speak as PyPI and the npm registry do, asked by the real npm."""

import gzip
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

CLEAN, HOLES, UNASKED = 0, 1, 3
PYTHON_HOLE = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1111"],
    "details": "Reads what it may not.",
    "fixed_in": ["1.1"],
}
NPM_HOLE = {
    "id": 7,
    "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
    "title": "Draws what it may not",
    "severity": "moderate",
    "vulnerable_versions": "<2.0.0",
}
UV_LOCK = """
version = 1
[[package]]
name = "ours"
version = "0.1.0"
source = { editable = "." }
[[package]]
name = "reader"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
"""
IMAGE_LOCK = "plotter==3.0 ; sys_platform == 'linux' \\\n    --hash=sha256:00\n    # via -r requirements.in\n"


class Registries(ThreadingHTTPServer):
    """PyPI and the npm registry at one address, which know what a test tells them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.python: dict[str, list[dict[str, object]] | None] = {"reader/1.0": [], "plotter/3.0": []}
        self.npm: dict[str, list[dict[str, object]]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Registries

    def do_GET(self) -> None:
        known = self.server.python.get(self.path.removeprefix("/pypi/").removesuffix("/json"))
        if known is not None:
            self.answer(200, {"info": {}, "vulnerabilities": known})
        elif self.path == "/drawer":
            self.answer(200, {"name": "drawer", "versions": {"1.5.0": {"name": "drawer", "version": "1.5.0"}}})
        else:
            self.answer(404, {})

    def do_POST(self) -> None:
        asked = json.loads(gzip.decompress(self.rfile.read(int(self.headers["Content-Length"]))))
        is_bulk = self.path == "/-/npm/v1/security/advisories/bulk"
        self.answer(200 if is_bulk else 404, {name: self.server.npm[name] for name in asked if name in self.server.npm})

    def answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registries():
    with Registries() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def audit(registries, tmp_path):
    """Audits three locked packages; says how it ended and what it said."""
    lay_locks(tmp_path)
    settings = {"npm_config_registry": registries.address, "npm_config_cache": str(tmp_path / "npm")}
    excused = tmp_path / "excused.toml"

    def run(excuses: str = "") -> tuple[int, str]:
        excused.write_text(excuses)
        command = [sys.executable, "-m", "config.audit", "--root", tmp_path, "--excused", excused]
        environment = os.environ | settings | {"npm_config_fetch_retries": "0"}
        done = subprocess.run(
            [*command, "--pypi", registries.address], env=environment, capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    return run


def lay_locks(root: Path) -> None:
    image, front_end, proxy = root / "runtimes/machines/images/python", root / "frontend", root / "benchmarks/proxy"
    for folder in (image, front_end, proxy):
        folder.mkdir(parents=True)
    (root / "uv.lock").write_text(UV_LOCK)
    (image / "requirements.lock").write_text(IMAGE_LOCK)
    lay_npm_lock(front_end, {"drawer": "1.5.0"})
    lay_npm_lock(proxy, {})


def lay_npm_lock(folder: Path, versions: dict[str, str]) -> None:
    ours = {"name": "ours", "version": "0.0.0", "dependencies": versions}
    pins = {f"node_modules/{name}": {"version": version} for name, version in versions.items()}
    (folder / "package.json").write_text(json.dumps(ours))
    lock = {"name": "ours", "version": "0.0.0", "lockfileVersion": 3, "requires": True, "packages": {"": ours} | pins}
    (folder / "package-lock.json").write_text(json.dumps(lock))


def excuse(hole: str, package: str, until: str) -> str:
    return f'[[excused]]\nhole = "{hole}"\npackage = "{package}"\nreason = "We do not read."\nuntil = {until}\n'


def test_p79_where_no_hole_is_known_all_is_well(audit, registries) -> None:
    registries.python["reader/1.0"] = [PYTHON_HOLE | {"withdrawn": "2026-02-01T00:00:00Z"}]
    registries.npm["drawer"] = [NPM_HOLE | {"severity": "low"}]
    assert audit() == (CLEAN, "tomoni: No hole of medium severity or higher is known in what is locked.\n")


@pytest.mark.parametrize(("pin", "lock"), [("reader/1.0", "uv.lock"), ("plotter/3.0", "requirements.lock")])
def test_p79_a_known_hole_in_a_locked_version_is_named(audit, registries, pin, lock) -> None:
    registries.python[pin] = [PYTHON_HOLE]
    ended, said = audit()
    assert ended == HOLES
    assert f"{pin.replace('/', ' ')}  {lock}\n" in said
    assert "PYSEC-2026-1, CVE-2026-1111" in said
    assert "mended in: 1.1" in said


def test_p79_so_is_one_in_the_front_end(audit, registries) -> None:
    registries.npm["drawer"] = [NPM_HOLE]
    ended, said = audit()
    assert ended == HOLES
    assert "drawer 1.5.0  frontend/package-lock.json\n    GHSA-aaaa-bbbb-cccc  severity: moderate" in said


def test_p79_an_excuse_holds_until_its_day_and_for_its_package_alone(audit, registries) -> None:
    registries.python["reader/1.0"] = [PYTHON_HOLE]
    ended, said = audit(excuse("CVE-2026-1111", "reader", "2999-01-01"))
    assert ended == CLEAN
    assert "excused until 2999-01-01: PYSEC-2026-1 in reader: We do not read." in said
    ended, said = audit(excuse("CVE-2026-1111", "reader", "2020-01-01"))
    assert ended == HOLES
    assert "reader 1.0  uv.lock (its excuse ended on 2020-01-01)" in said
    assert audit(excuse("CVE-2026-1111", "plotter", "2999-01-01"))[0] == HOLES


def test_p79_an_excuse_without_reason_or_day_is_none(audit) -> None:
    ended, said = audit('[[excused]]\nhole = "CVE-2026-1111"\npackage = "reader"\n')
    assert ended == HOLES
    assert "needs `hole`, `package`, `reason` and a day `until`" in said


def test_p79_what_could_not_be_asked_is_not_called_clean(audit, registries) -> None:
    registries.python["plotter/3.0"] = None
    ended, said = audit()
    assert ended == UNASKED
    assert "could not ask the registry about plotter 3.0: HTTP 404 Not Found" in said
    registries.python["reader/1.0"] = [PYTHON_HOLE]
    assert audit()[0] == HOLES


def test_p79_without_registries_nothing_is_said_about_holes(audit, registries) -> None:
    registries.shutdown()
    registries.server_close()
    ended, said = audit()
    assert ended == UNASKED
    assert "could not ask the registry about 2 Python packages: [Errno 111] Connection refused" in said
    assert "frontend/package-lock.json" in said
