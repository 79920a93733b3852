"""Pictures of digits, neurons and networks, and bars."""
