"""A table's file to columns of numbers: text, layout, conventions, and what columns mean."""
