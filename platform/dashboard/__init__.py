"""The administrators' dashboard: what goes on, who is who, and everything that can be done about it."""
