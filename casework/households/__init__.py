"""Who travels with whom: principal, spouse, children and guardians."""
