"""One kernel process and its channels, without the agent around them."""

import asyncio
import time

from runtimes.agent.kernels import Kernel
from runtimes.agent.spool import Spool


async def test_an_answer_that_comes_just_before_the_next_question_is_heard(tmp_path):
    spool = Spool(tmp_path)
    kernel = Kernel("python3", tmp_path, tmp_path, spool)
    answered = []
    heard = asyncio.Event()

    def listen(message):
        if message.channel == "shell":
            answered.append(message.parent)
            heard.set()

    kernel.listen = listen
    await kernel.start()
    try:
        asked = [kernel.send("shell", "is_complete_request", {"code": "1"})]
        time.sleep(1)  # noqa: ASYNC251  # the answer lies in the socket before we look
        asked.append(kernel.send("shell", "is_complete_request", {"code": "2"}))
        while len(answered) < len(asked):
            heard.clear()
            await asyncio.wait_for(heard.wait(), 10)
        assert answered == asked
    finally:
        await kernel.stop(politely=False)
        spool.close()
