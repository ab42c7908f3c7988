"""Help ▸ Send feedback: what people tell us, what becomes of it, and the inbox of those who answer."""
