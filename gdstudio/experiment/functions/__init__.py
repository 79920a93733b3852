"""The experiments of the Slope and Surface labs."""
