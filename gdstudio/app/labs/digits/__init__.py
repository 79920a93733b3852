"""The Digits lab."""
