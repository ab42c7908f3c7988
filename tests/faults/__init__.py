"""Breaking a running platform in the middle of work."""
