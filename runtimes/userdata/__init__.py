"""What people keep beside their notebooks, and grant to code in them: secrets, sealed, and a drive."""
