"""Complaints and reports of fees: taken from anybody, read by few, and never linked to a case."""
