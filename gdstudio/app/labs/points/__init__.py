"""The Points lab: a network over the plane, small enough that every number of it is shown."""
