"""Lessons: files that lead through the labs step by step, their check and their player."""
