"""Tests of the machines and what runs on them."""
