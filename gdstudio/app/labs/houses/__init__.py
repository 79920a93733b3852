"""The House prices lab."""
