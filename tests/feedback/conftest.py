"""Fixtures of feedback: pictures, somebody who answers, and a message."""

import io
import uuid

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from feedback.models import Feedback
from feedback.services import Message, receive


def png(size=(40, 20), colour="red", **texts):
    info = PngInfo()
    for name, value in texts.items():
        info.add_text(name, value)
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG", pnginfo=info)
    return out.getvalue()


@pytest.fixture
def root(db, django_user_model):
    return django_user_model.objects.create_superuser("root@example.org", name="Root")


@pytest.fixture
def message(ada):
    return receive(ada, Message("The plot is empty.", kind="bug"), "en")


@pytest.fixture
def send(client):
    """Send as whoever `client` is; the answer."""

    def call(**fields):
        return client.post("/api/feedback", {"text": "It is broken.", "kind": "bug", **fields})

    return call


def only():
    return Feedback.objects.get()


def token():
    return str(uuid.uuid4())
