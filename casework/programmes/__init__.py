"""Versions of programmes that an installation publishes itself, their suspension, and the migration of cases."""
