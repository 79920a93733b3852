"""Points in the plane: drawn by chance, measured, painted by hand, or from a table."""
