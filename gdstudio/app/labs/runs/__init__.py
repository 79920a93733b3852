"""Keeping and comparing the runs of a lab."""
