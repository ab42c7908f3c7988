"""Dials out as the real agent does; each line is a program to run, each answer its status and output."""

import json
import os
import socket
import subprocess


def ordinary() -> None:
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("0")


def run(code: str, seconds: float) -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            ["python3", "-c", code],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            preexec_fn=ordinary,
        )
    except subprocess.TimeoutExpired as late:
        return {"status": None, "output": (late.stdout or b"").decode(errors="replace")}
    return {"status": done.returncode, "output": done.stdout.decode(errors="replace")}


with open("/run/tomoni/agent.json") as file:
    settings = json.load(file)
with socket.socket(socket.AF_UNIX) as platform:
    platform.connect("/run/tomoni/link/agent.sock")
    lines = platform.makefile("rw")
    lines.write(json.dumps({"runtime": settings["runtime"], "token": settings["token"]}) + "\n")
    lines.flush()
    for line in lines:
        asked = json.loads(line)
        lines.write(json.dumps(run(asked["code"], asked["seconds"])) + "\n")
        lines.flush()
