"""The run as a program of its own, as a reader would have written it."""
