"""Prefect flows: what happens next, retried, observed, scheduled."""
