"""The Surface lab."""
