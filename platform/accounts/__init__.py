"""People: users, organizations, sign-in and access tokens."""
