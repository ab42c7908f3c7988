"""Programs that are not in a machine as on a computer of one's own: each works, or says what does."""

import pytest

from tests.runtimes.machines.inhabitants import Inhabited

RUN = """
import subprocess
done = subprocess.run({command!r}, shell=True, capture_output=True, text=True, timeout=60)
print(done.returncode, (done.stdout + done.stderr).strip())
"""


def says(box: Inhabited, command: str) -> str:
    return box.says(RUN.format(command=command))


def test_sudo_runs_the_command_as_it_is(lasting_box: Inhabited) -> None:
    assert says(lasting_box, "sudo -E -n id -u") == "0 0"
    assert says(lasting_box, "sudo NAME=here sh -c 'echo $NAME $0' there") == "0 here there"
    assert says(lasting_box, "sudo -u nobody id -un") == "0 nobody"
    assert says(lasting_box, "sudo sh -c 'exit 7'") == "7"
    assert says(lasting_box, "sudo").startswith("1 sudo: Name a command. It is not needed here")


def test_a_package_that_cannot_be_fetched_says_whom_to_ask(lasting_box: Inhabited) -> None:
    for command in ("apt-get install -y tree", "sudo apt -qq install tree"):
        said = says(lasting_box, command)
        assert said.startswith("100 apt") and "Ask an administrator" in said, said
    assert says(lasting_box, "apt-get --version").startswith("0 apt ")


def test_installing_asks_no_question_that_nobody_answers(lasting_box: Inhabited) -> None:
    for setting in ("APT::Get::Assume-Yes", "Aptitude::CmdLine::Assume-Yes"):
        assert says(lasting_box, f"apt-config shell YES {setting}/b") == "0 YES='true'"


@pytest.mark.parametrize(
    ("command", "way"),
    [("systemctl start nginx", "!nohup"), ("docker run hello", "pip or apt-get"), ("podman ps", "podman: Containers")],
)
def test_what_cannot_be_here_says_what_can(lasting_box: Inhabited, command: str, way: str) -> None:
    said = says(lasting_box, command)
    assert said.startswith("1 ") and way in said
