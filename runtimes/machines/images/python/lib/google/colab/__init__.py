"""What notebooks written for Google Colaboratory import, here: the same names, done with what this platform has."""

from . import auth, data_table, drive, files, output, patches, userdata, widgets

__all__ = ["auth", "data_table", "drive", "files", "output", "patches", "userdata", "widgets"]
