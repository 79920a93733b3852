"""Runs that are kept and compared; sweeps, and where they are computed. No Qt."""
