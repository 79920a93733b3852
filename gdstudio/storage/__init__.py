"""What is kept: network files. No Qt."""
