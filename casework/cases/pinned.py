"""The rules a case lives by."""

from __future__ import annotations

from casework.cases.tables import Case
from checklists.catalogue import Catalogue
from checklists.programme import Programme


def programme_of(catalogue: Catalogue, case: Case) -> Programme:
    """The exact version of the programme that the case is pinned to. Raises what `Catalogue.pinned` does."""
    return catalogue.pinned(case.programme_id, case.programme_version, case.programme_digest)
