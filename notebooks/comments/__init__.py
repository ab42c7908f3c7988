"""Conversations about cells and pieces of their text."""
