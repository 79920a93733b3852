"""The labs: one file each, over one common anatomy."""
