"""Offices, agencies, clinics, providers, employers: to which accounts and cases belong, and what each may do."""
