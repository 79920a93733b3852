"""The Points lab's run: a network small enough that every number of it can be seen."""
