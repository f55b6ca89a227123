"""Contracts: what a worker was promised, what was signed, and whether both agree with each other and the programme."""
