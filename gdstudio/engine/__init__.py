"""What learns: objectives, optimizers, networks. NumPy only: no Qt, no files, no printing."""
