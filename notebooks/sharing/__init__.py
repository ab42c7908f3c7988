"""Who may do what with which notebook."""
