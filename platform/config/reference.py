"""`python -m config.reference`: writes docs/configuration.md anew from the code that reads the environment.

Which variables there are and their defaults are read off the calls (`env.int("TOMONI_WEB", 1)`), so that they cannot be
wrong. The sentences, and defaults that are worked out, stay as they are in the file; a new variable gets a row under
"To be described". A test compares the file with what this would write.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "configuration.md"
SOURCES = ("platform", "notebooks", "runtimes")
NAME = re.compile(r"(TOMONI|GOOGLE|OIDC|EMAIL|DATABASE|REDIS|ALLAUTH)_[A-Z_]+")
INTERNAL = frozenset({"TOMONI_LISTEN_FDS", "TOMONI_IMPORTS"})  # between our own processes
UNKNOWN = object()
DAY, HOUR = 86_400, 3_600
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", re.M)
UNDESCRIBED = "\n## To be described\n\n| variable | default | meaning |\n|---|---|---|\n"
# The code has a constant, and something else is true for people.
WORKED_OUT_LATER = frozenset({"TOMONI_ADDRESS", "TOMONI_SECRET_KEY", "EMAIL_URL"})


@dataclass(frozen=True, slots=True)
class Variable:
    """How the code reads one variable."""

    name: str
    kind: str  # the reader's name: int, float, bool, list, str, secret, get
    default: object  # UNKNOWN where it is an expression


def variables() -> dict[str, Variable]:
    """Every variable that is read; where there are several readers, one whose default is known."""
    found: dict[str, Variable] = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for variable in _read_in(ast.parse(path.read_text())):
                known = found.get(variable.name)
                if known is None or known.default in (UNKNOWN, "", None):
                    found[variable.name] = variable
    return {name: variable for name, variable in found.items() if name not in INTERNAL}


def reference(text: str) -> str:
    """The file as it has to be, from the file as it is."""
    found = variables()
    told: set[str] = set()

    def written(row: re.Match[str]) -> str:
        name, default, meaning = row.groups()
        told.add(name)
        return f"| `{name}` | {default_of(found[name], default)} | {meaning} |" if name in found else ""

    rows = ROW.sub(written, text)
    new = sorted(found.keys() - told)
    return rows + UNDESCRIBED * bool(new) + "".join(f"| `{name}` | {default_of(found[name])} |  |\n" for name in new)


def default_of(variable: Variable, told: str = "none") -> str:
    """The default in the reader's words: the code's, and what is told where that has none, or an expression."""
    value = variable.default
    if value in (UNKNOWN, "", None) or value == [] or variable.name in WORKED_OUT_LATER:
        return told
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return _number(variable.name, value)
    return f"`{','.join(map(str, value)) if isinstance(value, list) else value}`"


def _number(name: str, value: float) -> str:
    figure = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if name.endswith("_BYTES"):
        unit, size = next(pair for pair in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)) if value >= pair[1])
        return f"{value / size:g} {unit}"
    if name.endswith("_SECONDS") and value >= DAY and value % DAY == 0:
        return f"`{figure}` ({value / DAY:g} {'day' if value == DAY else 'days'})"
    if name.endswith("_SECONDS") and value >= HOUR and value % HOUR == 0:
        return f"`{figure}` ({value / HOUR:g} {'hour' if value == HOUR else 'hours'})"
    return f"`{figure}`"


def _read_in(tree: ast.AST) -> Iterator[Variable]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        name = node.args[0].value
        kind = _reader(node.func)
        if kind and isinstance(name, str) and NAME.fullmatch(name):
            yield Variable(name, kind, _constant(node.args[1]) if len(node.args) > 1 else None)


def _reader(function: ast.expr) -> str:
    """What reads the environment: `env.…`, `secret`, `os.environ.get`; empty for anything else."""
    match function:
        case ast.Name("secret"):
            return "secret"
        case ast.Attribute(ast.Name("env"), kind) if kind != "read_env":
            return kind
        case ast.Attribute(ast.Attribute(ast.Name("os"), "environ") | ast.Name("environment"), "get"):
            return "get"
    return ""


def _constant(node: ast.expr) -> object:
    """The value of a constant or of a sum written out, as in `100 * 2**20`."""
    if not all(
        isinstance(part, ast.Constant | ast.BinOp | ast.List | ast.operator | ast.Load) for part in ast.walk(node)
    ):
        return UNKNOWN
    return eval(compile(ast.Expression(node), "default", "eval"), {"__builtins__": {}})  # noqa: S307 - constants only


if __name__ == "__main__":
    REFERENCE.write_text(reference(REFERENCE.read_text()))
