"""What goes wrong between code and the page that shows its outputs."""


class MessageError(Exception):
    """The script failed, or what it gave could not be sent."""
