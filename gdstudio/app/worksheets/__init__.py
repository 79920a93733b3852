"""Worksheets on paper: as HTML, and as PDF."""
