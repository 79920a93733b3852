"""Twins: the run beside the live one of a lab, that differs in one setting."""
