"""Stands where the agent stands in a box, and runs there what a test asks for."""
