"""Why the network read a drawing so, and how to teach it."""
