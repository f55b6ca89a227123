"""Offices, agencies, clinics, providers and employers: where accounts and cases belong, and what each is licensed for."""
