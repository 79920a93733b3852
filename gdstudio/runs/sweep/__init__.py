"""A sweep: one scenario with lists of values, computed run by run, wherever there is room."""
