"""What a notebook was: revisions, what differs between them, and the way back."""
