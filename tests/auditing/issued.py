"""Issued documents without their files: rows of the register for tests that only read them."""

from __future__ import annotations

from itertools import count
from typing import Any

from basis.ids import new_id, new_token
from casework.cases.tables import Case, SignOff
from casework.certificates.tables import Certificate, CertificateState
from casework.work import Work

_numbers = count(1)


def issued(work: Work, case: Case, kind: str = "medical", *, signed_by: str = "engine", **values: Any) -> Certificate:
    """A certificate of a stage that was signed off. `stands_on` goes to the sign-off, all else to the register row."""
    sign_off = SignOff(
        case_id=case.id,
        stage=kind,
        kind=kind,
        signed_on=work.today,
        signed_by=signed_by,
        recorded_at=work.now,
        stands_on=values.pop("stands_on", []),
    )
    work.session.add(sign_off)
    work.session.flush()
    number = f"{kind[:3].upper()}-2026-{next(_numbers):06d}"
    row = Certificate(
        **{
            "id": new_id(),
            "sign_off_id": sign_off.id,
            "case_id": case.id,
            "worker_id": case.worker_id,
            "office_id": case.office_id,
            "kind": kind,
            "title": kind.capitalize(),
            "number": number,
            "token": new_token(),
            "state": CertificateState.ISSUED,
            "reserved_at": work.now,
            "issued_on": work.today,
            "issued_at": work.now,
            "sha256": new_token(),
            **values,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row
