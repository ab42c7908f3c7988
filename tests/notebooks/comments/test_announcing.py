"""Open pages hear that comments have changed, over Redis, once it is committed."""

import asyncio
import uuid

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from notebooks.comments import services

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = {
    "begin": lambda thread, ada: services.begin_thread(
        thread.notebook, ada, services.Place("c"), "x", uuid.uuid4(), uuid.uuid4()
    ),
    "reply": lambda thread, ada: services.reply(thread, ada, "x", uuid.uuid4()),
    "edit": lambda thread, ada: services.edit_comment(thread.comments.get(), "x"),
    "delete": lambda thread, ada: services.delete_comment(thread.comments.get()),
    "resolve": services.resolve,
    "remove": lambda thread, ada: services.delete_thread(thread),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_open_pages_hear_of_it(thread, ada, change) -> None:
    layer = get_channel_layer()
    assert layer
    channel = await layer.new_channel()
    await layer.group_add(f"notebook.{thread.notebook_id}", channel)
    await database_sync_to_async(CHANGES[change])(thread, ada)
    async with asyncio.timeout(5):
        message = await layer.receive(channel)
    await layer.flush()

    assert message == {"type": "notebook.changed", "what": "comments"}
