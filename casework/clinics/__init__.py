"""Clinics: where they are accredited, whose turn it is, when they have time, who is expected and who came."""
