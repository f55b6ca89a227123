"""What every list that is handed in says of a cell or a row that a spreadsheet program has spoilt. Pure."""

from __future__ import annotations

from basis.messages import _
from casework.batches import values
from casework.batches.parse import RawRow
from casework.batches.rules import Finding, Severity
from casework.batches.values import CellFault, Reader

_TEXTS = (values.free_text, values.person_name, values.native_name)


def content(row: RawRow, place: int, reader: Reader) -> str:
    """The text of a cell as people see it. Raises `CellFault` (``formula_content``, ``lost_digits``)."""
    text = values.clean(row.cells[place])
    computed = place in row.formulas or text.startswith(("=", "＝"))
    if computed or (reader in _TEXTS and values.is_formula(text)):
        raise CellFault(
            "formula_content",
            _("The cell holds a formula, or a text that a spreadsheet program takes for one."),
            _("Write the plain text, without =, +, - or @ at its beginning."),
        )
    if place in row.inexact or values.is_cell_error(text):
        raise CellFault(
            "lost_digits",
            _("The spreadsheet program lost the value: it is an error, or a number with more than 15 digits."),
            _("Format the column as text and type the value again."),
        )
    return text


def missing() -> CellFault:
    """The cell is empty and may not be."""
    return CellFault("missing_value", _("The value is missing."), _("Fill in the cell."))


def no_rows() -> Finding:
    """Of the file: titles, and nothing below them."""
    message, fix = _("The file has titles but no rows."), _("Add a row for each worker.")
    return Finding(None, None, None, "no_rows", Severity.ERROR, message, fix)


def surplus(number: int) -> Finding:
    """Of a row that is longer than the list is wide."""
    return Finding(
        number,
        None,
        None,
        "surplus_cells",
        Severity.ERROR,
        _("The row has more cells than the list has columns, so its values may stand in the wrong columns."),
        _("Put texts that hold the delimiter between quotation marks, or empty the cells to the right of the list."),
    )
