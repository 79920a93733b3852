"""The Slope lab."""
