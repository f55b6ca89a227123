"""Diploma, language and professional ability: each decided by a person on evidence."""
