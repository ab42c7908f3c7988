"""Secrets that code in a runtime may ask for: a person's own, sealed, and granted to a notebook."""
