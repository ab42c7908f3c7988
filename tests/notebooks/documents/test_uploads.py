"""P49: a body is cut at its limit, however long it says it is, and the answer is a sentence."""

import json

import pytest

from notebooks.documents.uploads import FORM_AROUND_FILE, BodyLimit

LIMIT = 10_000
WHOLE = LIMIT + FORM_AROUND_FILE


class Reader:
    """An application that reads a body as Django does, and answers with its length."""

    def __init__(self) -> None:
        self.read = 0
        self.was_cut = False

    async def __call__(self, scope, receive, send) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.was_cut = True
                return
            self.read += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"read"})


class Sender:
    """A client that sends `pieces` of 100 kB, and remembers how many were taken and what was answered."""

    def __init__(self, pieces: int) -> None:
        self.left, self.sent = pieces, 0
        self.answer: list[dict] = []  # type: ignore[type-arg]

    async def receive(self):
        self.left -= 1
        self.sent += 1
        return {"type": "http.request", "body": bytes(100_000), "more_body": self.left > 0}

    async def send(self, message) -> None:
        self.answer.append(message)

    @property
    def status(self) -> int:
        return int(self.answer[0]["status"])


@pytest.fixture(autouse=True)
def limit(settings) -> None:
    settings.TOMONI_IMPORT_MAX_BYTES = LIMIT


async def post(pieces, declared=None, path="/api/notebooks/import") -> tuple[Reader, Sender]:
    reader, sender = Reader(), Sender(pieces)
    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    await BodyLimit(reader)({"type": "http", "path": path, "headers": headers}, sender.receive, sender.send)
    return reader, sender


async def test_what_fits_comes_through_whole() -> None:
    reader, sender = await post(10, declared=1_000_000)

    assert (reader.read, sender.status) == (1_000_000, 200)


@pytest.mark.parametrize("declared", [None, 100])
async def test_p49_a_body_without_a_length_or_with_a_lying_one_is_cut(declared) -> None:
    reader, sender = await post(15, declared)

    assert reader.was_cut and reader.read <= WHOLE
    assert sender.status == 413
    assert "larger than" in json.loads(sender.answer[1]["body"])["message"]


async def test_p49_a_body_that_says_that_it_is_too_long_reaches_nobody() -> None:
    reader, sender = await post(15, declared=1_500_000)

    assert (reader.read, sender.status) == (0, 413)


async def test_p49_an_endless_body_is_not_read_to_its_end() -> None:
    _, sender = await post(10**9)

    assert sender.status == 413
    assert sender.sent * 100_000 < 3 * WHOLE


async def test_a_form_of_home_leads_back_home() -> None:
    _, sender = await post(15, path="/notebooks/upload")

    assert sender.status == 303
    assert (b"location", b"/?refused=too-large") in sender.answer[0]["headers"]


async def test_other_addresses_take_less(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 150_000

    assert (await post(1, path="/api/notebooks"))[1].status == 200
    assert (await post(2, path="/api/notebooks"))[1].status == 413
