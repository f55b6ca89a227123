"""Machine readable zones of travel documents, ICAO Doc 9303 (eighth edition): TD1, TD2, TD3, MRV-A, MRV-B.

`parse` reads a zone, `emit` writes one, `notes` says in words what cannot be right and which confusions of a reading
machine would explain a digit that does not hold. Nothing is ever mended silently.
"""

from casework.evidence.mrz_forms import Check, Form, Holder, Mrz, check_digit
from casework.evidence.mrz_notes import LIMITS, Note, Suggestion, notes
from casework.evidence.mrz_reading import names_agree, parse
from casework.evidence.mrz_writing import emit, emit_td3

__all__ = [
    "LIMITS",
    "Check",
    "Form",
    "Holder",
    "Mrz",
    "Note",
    "Suggestion",
    "check_digit",
    "emit",
    "emit_td3",
    "names_agree",
    "notes",
    "parse",
]
