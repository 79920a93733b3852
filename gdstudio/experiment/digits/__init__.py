"""The experiment of the Digits lab, and what is asked of its network."""
