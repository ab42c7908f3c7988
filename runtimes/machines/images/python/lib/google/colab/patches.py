"""What takes the place of functions that need a screen."""

# mypy: disable-error-code="no-untyped-call"
# (IPython has types in places only)

import io
from typing import Any

from IPython.display import Image, display


def cv2_imshow(a: Any) -> None:
    """Show an image of OpenCV (rows of pixels; blue, green, red, and perhaps alpha) below the cell."""
    import numpy
    import PIL.Image

    pixels = numpy.asarray(a).clip(0, 255).astype("uint8")
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        pixels = pixels[:, :, [2, 1, 0, 3]]
    elif pixels.ndim == 3 and pixels.shape[2] == 3:
        pixels = pixels[:, :, ::-1]
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "PNG")
    display(Image(data=file.getvalue()))
