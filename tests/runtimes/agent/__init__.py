"""A real agent with a real kernel against a small platform."""
