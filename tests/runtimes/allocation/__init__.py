"""Starting, stopping and reconciling runtimes."""
