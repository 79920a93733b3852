"""Optimizers, schedules and regularization."""
