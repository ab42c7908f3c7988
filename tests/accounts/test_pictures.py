"""Of a picture that somebody sent, only what is to be seen is left."""

import io

import pytest
from PIL import Image

from accounts import pictures
from accounts.pictures import NoPicture, redrawn
from tests.feedback.conftest import png


def photograph(orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "blue").save(out, "JPEG", exif=exif, comment=b"secret comment")
    return out.getvalue()


def test_a_photograph_loses_its_metadata_and_stands_upright():
    drawn, mime = redrawn(photograph(orientation=6))
    assert mime == "image/jpeg" and b"ecret" not in drawn
    assert Image.open(io.BytesIO(drawn)).size == (20, 40)


def test_what_follows_the_picture_in_the_file_is_gone():
    assert b"<script>" not in redrawn(png() + b"<script>alert(1)</script>")[0]


def test_of_a_large_picture_a_smaller_one_is_made():
    drawn, _mime = redrawn(png((5_000, 100)))
    assert Image.open(io.BytesIO(drawn)).size == (4_000, 80)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000)
    monkeypatch.setattr(Image.Image, "convert", lambda *_args: pytest.fail("it was unpacked"))
    with pytest.raises(NoPicture, match="more than 1000 points"):
        redrawn(png((100, 100)))


@pytest.mark.parametrize("size", [(30_000, 30_000), (14_000, 7_000)])
def test_a_header_that_promises_too_much_is_refused(size):
    broken = bytearray(png())
    broken[16:24] = size[0].to_bytes(4) + size[1].to_bytes(4)
    with pytest.raises(NoPicture):
        redrawn(bytes(broken))
