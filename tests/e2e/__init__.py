"""Real browsers against a running platform."""
