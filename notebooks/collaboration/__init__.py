"""The shared document: its log, its rooms, its socket."""
