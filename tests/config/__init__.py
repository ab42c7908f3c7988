"""Settings, processes and the start of the platform."""
