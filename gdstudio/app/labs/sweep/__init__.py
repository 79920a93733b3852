"""Sweeps in the window: what is swept, what it shows, and any of its runs in the lab."""
