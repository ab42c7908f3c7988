"""Boxes: what they are made of, what they may take, and what they cannot reach."""
