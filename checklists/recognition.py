"""What a programme's recognition table says of a diploma. Pure."""

from __future__ import annotations

from checklists.programme import Programme, Recognition


def recognised(programme: Programme, institution: str, degree: str, agreement: str = "") -> Recognition | None:
    """The row for an institution's status and a degree's comparison (anabin's words), None where there is none.

    A row for the `agreement` (a treaty that applies to the diploma) goes before the row without one; a row for another
    agreement never counts.
    """
    rows = {
        row.agreement: row
        for row in programme.recognition
        if (row.institution, row.degree) == (institution, degree) and row.agreement in ("", agreement)
    }
    return rows.get(agreement) or rows.get("")
