"""The `gdstudio` command."""
