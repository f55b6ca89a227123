"""Decisions against a worker, the letter of each, and appeals to somebody uninvolved."""
