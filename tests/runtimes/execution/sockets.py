"""A WebSocket client without a server; unlike Channels' own, it lets threads give their connections back."""

import json
from urllib.parse import unquote

from asgiref.testing import ApplicationCommunicator

PATIENCE = 40


class Socket(ApplicationCommunicator):
    def __init__(self, application, path, headers=(), **scope):
        scope = {"type": "websocket", "path": unquote(path), "query_string": b"", "headers": list(headers), **scope}
        super().__init__(application, scope)

    async def connect(self):
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(PATIENCE))["type"] == "websocket.accept"

    async def send(self, frame):
        await self.send_text(json.dumps(frame))

    async def send_text(self, text):
        await self.send_input({"type": "websocket.receive", "text": text})

    async def next(self):
        """The next frame."""
        message = await self.receive_output(PATIENCE)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def closed(self):
        """The code with which the platform closes, whatever it says before."""
        while (message := await self.receive_output(PATIENCE))["type"] != "websocket.close":
            pass
        return message["code"]

    async def cut(self):
        """The network breaks. After a time-out the application has been cancelled already."""
        if self.future and self.future.cancelled():
            return
        await self.send_input({"type": "websocket.disconnect", "code": 1006})
        await self.wait(PATIENCE)
