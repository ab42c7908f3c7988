"""The services of `make run`: PostgreSQL, a Redis-compatible server, and the supervisor of all processes."""
