"""Worksheets: steps to work out by hand."""
