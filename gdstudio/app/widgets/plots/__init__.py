"""Plots: curves, maps and surfaces."""
