"""The program inside the box; it imports nothing of the platform."""
