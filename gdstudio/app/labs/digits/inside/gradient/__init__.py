"""The Gradient page: all components of −∇C in order, and one of them nudged."""
