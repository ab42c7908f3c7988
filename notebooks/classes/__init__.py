"""Classes: a copy of a notebook for each of a list of people, who did what with theirs, and collecting them."""
