"""Offices, agencies, clinics, providers: to which accounts and cases belong, and what they are licensed for."""
