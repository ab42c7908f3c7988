"""What lies in a drive outlives its machines, and it is mounted although those who mount it die meanwhile."""

import os
import signal

from tests.clients import Runner, text_of
from tests.faults.boxes import agents_of
from tests.faults.test_machines import box_of, until_gone
from tests.running import RunningPlatform

MOUNT = "from google.colab import drive\ndrive.mount('/content/drive', force_remount=True)\n"
MOUNTED = "Mounted at /content/drive\n"
KEPT = "'/content/drive/MyDrive/kept.bin'"


def test_a_drive_outlives_killed_machines_workers_and_redis(
    platform: RunningPlatform, notebook: str, runner: Runner
) -> None:
    platform.testctl("drive", notebook)
    runner.result(runner.run("1"))
    platform.kill("worker")
    assert text_of(runner.result(runner.run(MOUNT), seconds=120)) == MOUNTED
    assert runner.result(runner.run(f"open({KEPT}, 'wb').write(bytes(range(256)) * 40_000)"))["state"] == "done"

    box = box_of(runner)
    os.kill(agents_of(box)[0], signal.SIGKILL)
    until_gone(runner, box)
    runner.result(runner.run("1"))
    platform.kill("redis")
    assert text_of(runner.result(runner.run(MOUNT), seconds=120)) == MOUNTED
    assert text_of(runner.result(runner.run(f"print(open({KEPT}, 'rb').read() == bytes(range(256)) * 40_000)"))) == (
        "True\n"
    )
