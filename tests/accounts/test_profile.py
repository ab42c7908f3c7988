"""The account page: language, time zone, and a picture that is drawn anew."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Avatar, User

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (600, 300), "green").save(out, "JPEG", comment=b"secret comment")
    return SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")


def test_the_time_zone_is_told_to_the_page_and_nothing_else_is_taken(as_grace, grace):
    form = {"name": "Grace", "theme": "dark", "locale": "", "time_zone": "Asia/Tokyo"}
    assert as_grace.post("/accounts/", form).status_code == 302
    assert 'data-time-zone="Asia/Tokyo"' in as_grace.get("/accounts/").content.decode()
    assert as_grace.post("/accounts/", form | {"time_zone": "../../etc/passwd"}).status_code == 422
    assert User.objects.get(pk=grace.pk).time_zone == "Asia/Tokyo"


def test_a_picture_becomes_a_square_without_what_was_in_the_file(as_grace, grace):
    assert as_grace.post("/accounts/avatar/", {"picture": picture()}).status_code == 302
    avatar = Avatar.objects.get(user=grace)
    shown = as_grace.get(f"/accounts/avatars/{avatar.digest}")
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256) and b"secret" not in shown.content
    assert shown["Cache-Control"].startswith("private")
    assert avatar.digest in as_grace.get("/accounts/").content.decode()


def test_a_picture_is_taken_away_again(as_grace, grace):
    as_grace.post("/accounts/avatar/", {"picture": picture()})
    as_grace.post("/accounts/avatar/")
    assert not Avatar.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_picture_is_refused_in_words(as_grace, raw):
    answer = as_grace.post("/accounts/avatar/", {"picture": SimpleUploadedFile("me.png", raw)})
    assert answer.status_code == 422 and "no picture" in answer.content.decode()
    assert not Avatar.objects.exists()
