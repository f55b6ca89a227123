"""Batches: an agency's file becomes proposed workers, and findings for what is wrong with its rows."""
