"""Who holds which machine."""
