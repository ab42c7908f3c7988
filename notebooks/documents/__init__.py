"""Notebooks: what they are, their pages, import and export."""
