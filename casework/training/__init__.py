"""Courses that close a gap of language or skill: hours and result."""
