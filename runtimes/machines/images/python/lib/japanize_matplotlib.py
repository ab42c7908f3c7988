"""`import japanize_matplotlib`, as notebooks in Japanese begin: its successor, which every machine has, does its work.

The package of this name is found first once somebody installs it.
"""

from matplotlib_fontja import get_font_path, get_font_ttf_path, japanize

__all__ = ["get_font_path", "get_font_ttf_path", "japanize"]
