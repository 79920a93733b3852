"""Runs that are kept and compared. No Qt."""
