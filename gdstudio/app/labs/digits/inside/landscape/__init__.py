"""The Landscape page: a slice through the loss, and the path across it."""
