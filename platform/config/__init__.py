"""Settings, addresses and processes of the platform."""
