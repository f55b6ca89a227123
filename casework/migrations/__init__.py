"""Alembic migrations of the case database. Run by `casework.schema`, never by hand."""
