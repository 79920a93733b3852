"""A run as a program, in the window."""
