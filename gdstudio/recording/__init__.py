"""Recordings: what of a run is recorded, and the file of moving pictures that is made of it."""
