"""Programs that run inside a box, on the image's Python; they import nothing but the standard library."""
