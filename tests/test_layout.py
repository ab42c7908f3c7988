"""The layout keeps its promises: platform/ hides nothing, nothing grows too long, no error is swallowed, links lead."""

import ast
import platform
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULE_LINES = 400
FUNCTION_LINES = 60
CATCHES_ALL = {"Exception", "BaseException"}
# A task's boundary and a session's loop may record any failure; so far neither has had to.
MAY_CATCH_ALL = {"runtimes/allocation/tasks.py", "runtimes/execution/session.py"}
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


@cache
def modules() -> dict[str, str]:
    """The text of each module of the platform, by its path."""
    paths = [path for folder in ("platform", "notebooks", "runtimes") for path in (ROOT / folder).rglob("*.py")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path, text in modules().items():
        for node in ast.walk(ast.parse(text)):
            yield path, node


def test_python_keeps_its_own_platform_module() -> None:
    assert ROOT not in Path(platform.__file__).parents


def test_platform_holds_only_packages() -> None:
    assert [path.name for path in (ROOT / "platform").glob("*.py")] == []


def test_no_app_borrows_a_standard_name() -> None:
    apps = {path.name for path in (ROOT / "platform").iterdir() if path.is_dir()}
    assert not apps & sys.stdlib_module_names


def test_there_are_no_links_among_the_sources() -> None:
    """A patch, an archive or a checkout may make a text of a link, and the command that it was is gone."""
    folders = ("platform", "notebooks", "runtimes", "templates", "tests", "deploy", "docs", "frontend/src")
    assert [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_symlink()] == []


def test_no_module_outgrows_a_sitting() -> None:
    assert [path for path, text in modules().items() if len(text.splitlines()) > MODULE_LINES] == []


def test_no_function_outgrows_a_screen() -> None:
    functions = [(path, node) for path, node in nodes() if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert len(functions) > 500
    assert [(path, node.name) for path, node in functions if lines_of(node) > FUNCTION_LINES] == []


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_only_the_two_places_that_may_catch_every_exception() -> None:
    handlers = [(path, node) for path, node in nodes() if isinstance(node, ast.ExceptHandler)]
    assert {path for path, handler in handlers if catches_all(handler)} - MAY_CATCH_ALL == set()


def test_a_broad_handler_is_seen_however_it_is_written() -> None:
    for caught in ("", " Exception", " BaseException as problem", " (ValueError, Exception)"):
        [handler] = [
            node for node in ast.walk(ast.parse(f"try: 1\nexcept{caught}: 2")) if isinstance(node, ast.ExceptHandler)
        ]
        assert catches_all(handler)


def catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in CATCHES_ALL for node in ast.walk(handler.type))


def test_every_link_of_the_documents_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(document, target) for document in documents for target in LINK.findall(document.read_text())]
    assert len(links) > 5
    assert [(str(document), target) for document, target in links if not (document.parent / target).exists()] == []


def test_what_calls_itself_pure_is_held_to_it() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = {name for contract in contracts if "pure" in contract["name"] for name in contract["source_modules"]}
    elsewhere = ("runtimes/machines/", "runtimes/agent/")  # each as a whole has a contract of its own
    paths = {path: text for path, text in modules().items() if not path.startswith(elsewhere)}
    pure = {path for path, text in paths.items() if re.search(r"\bPure\b", ast.get_docstring(ast.parse(text)) or "")}
    assert {path.removeprefix("platform/").removesuffix(".py").replace("/", ".") for path in pure} == held
