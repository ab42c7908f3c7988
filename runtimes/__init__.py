"""Machines, who holds them, and what runs on them."""
