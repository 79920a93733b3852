"""Recordings of a lab: what is asked for, the process that makes them, and the picture itself."""
