"""Functions of one or two variables: ours and those that people type."""
