"""Start and stop boxes: values in, values out, no Django."""
