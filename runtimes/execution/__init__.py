"""Running cells and keeping what they print."""
