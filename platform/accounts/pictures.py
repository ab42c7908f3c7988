"""Of a picture that somebody sent, one that is safe to show: drawn anew, so that nothing of the file is left. Pure."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4_000


class NoPicture(ValueError):
    """It cannot be read as a picture; the text says why."""


def redrawn(raw: bytes) -> tuple[bytes, str]:
    """The first image of `raw` without its metadata, as PNG or JPEG, and its MIME type; raises NoPicture.

    A photograph's position, a camera's name, a comment, a second file behind the first: none of it is copied. Of a
    large picture a smaller one is made.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
                return _drawn(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise NoPicture(f"It is no picture that can be read: {problem}") from problem
    except (OSError, ValueError, SyntaxError, EOFError) as problem:  # what Pillow's readers raise for broken files
        raise NoPicture(f"The picture is damaged: {problem}") from problem


def square(raw: bytes, side: int = 256) -> bytes:
    """The middle of a picture as a PNG of this size, drawn anew like the others; raises NoPicture."""
    with Image.open(io.BytesIO(redrawn(raw)[0])) as image:
        out = io.BytesIO()
        ImageOps.fit(image.convert("RGBA"), (side, side)).save(out, "PNG", optimize=True)
        return out.getvalue()


def _drawn(image: Image.Image) -> tuple[bytes, str]:
    if image.width * image.height > MOST_PIXELS:
        raise NoPicture(f"The picture has more than {MOST_PIXELS} points.")
    is_photograph = image.format == "JPEG"
    upright = ImageOps.exif_transpose(image).convert("RGB" if is_photograph else "RGBA")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    blank = Image.new(upright.mode, upright.size)
    blank.paste(upright)  # a new image has no metadata to carry over
    out = io.BytesIO()
    if is_photograph:
        blank.save(out, "JPEG", quality=85)
        return out.getvalue(), "image/jpeg"
    blank.save(out, "PNG", optimize=True)
    return out.getvalue(), "image/png"
