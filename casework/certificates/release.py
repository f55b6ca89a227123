"""Who outside the office may have which document: one table, each row with its reason. Pure.

Recipients are people and bodies to whom a file is handed over. People with an account read files under their role
(`rules.may_read_file`); an auditor comes through an engagement and is no recipient. Unknown kinds go to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from basis.errors import InvalidInput, Refused
from basis.messages import Message, _


class Recipient(StrEnum):
    WORKER = "worker"
    AGENCY = "agency"
    EMPLOYER = "employer"
    EMBASSY = "embassy"  # or whichever authority decides on visa, entry and residence
    AUTHORITY = "authority"  # any other public authority
    COURT = "court"
    LENDER = "lender"


RECIPIENT_WORDS: Mapping[Recipient, Message] = {
    Recipient.WORKER: _("the worker"),
    Recipient.AGENCY: _("the recruitment agency"),
    Recipient.EMPLOYER: _("the employer"),
    Recipient.EMBASSY: _("an embassy or immigration authority"),
    Recipient.AUTHORITY: _("another public authority"),
    Recipient.COURT: _("a court"),
    Recipient.LENDER: _("the lender"),
}

PURPOSES: Mapping[str, Message] = {
    "own_papers": _("the worker's own papers"),
    "visa_application": _("application for a visa or permit"),
    "recruitment": _("recruitment and placement"),
    "employment": _("work contract and employment"),
    "recognition": _("recognition of a qualification"),
    "travel_loan": _("travel loan"),
    "border_control": _("control at the border"),
    "supervision": _("supervision or inspection"),
    "legal_proceedings": _("legal proceedings"),
}
"""What a document is handed over for. Codes, since free words would hold names."""


@dataclass(frozen=True, slots=True)
class Release:
    """To whom documents of a kind go, and why to nobody else."""

    to: frozenset[Recipient]
    why: Message


_R = Recipient
_ORDINARY = frozenset({_R.WORKER, _R.AGENCY, _R.EMPLOYER, _R.EMBASSY, _R.AUTHORITY, _R.COURT})
_DEBT = Release(
    frozenset({_R.WORKER, _R.LENDER, _R.COURT}),
    _("A debt is a matter between worker and lender; who recruits or employs could press the worker with it."),
)
_SHOWN = _("It is made to be shown to whoever prepares, employs or admits the worker.")

POLICY: Mapping[str, Release] = {
    "documents": Release(_ORDINARY, _SHOWN),
    "qualifications": Release(_ORDINARY, _SHOWN),
    "training": Release(_ORDINARY, _SHOWN),
    "orientation": Release(_ORDINARY, _SHOWN),
    "general": Release(_ORDINARY, _SHOWN),
    "departure": Release(_ORDINARY, _SHOWN),
    "completion": Release(_ORDINARY, _SHOWN),
    "followup": Release(
        frozenset({_R.WORKER, _R.AUTHORITY, _R.COURT}),
        _("What came out of check-ins is between worker and office; who employs or recruits has no right to it."),
    ),
    "medical": Release(
        frozenset({_R.WORKER, _R.EMBASSY}),
        _("Health data is for the worker and for who decides on the visa; who recruits or employs has no right to it."),
    ),
    "security": Release(
        frozenset({_R.WORKER, _R.EMBASSY, _R.COURT}),
        _("Security data is for the worker, for who decides on the visa, and for a court."),
    ),
    "loan": _DEBT,
    "promissory_note": _DEBT,
    "loan_statement": _DEBT,
    "settlement_letter": _DEBT,
    "entitlement_statement": Release(
        frozenset({_R.WORKER, _R.AUTHORITY, _R.COURT}),
        _("What a programme pays to a worker is for the two of them, and for who supervises it."),
    ),
    "letter": Release(
        frozenset({_R.WORKER}),
        _("A letter is the worker's own; the worker decides who else reads it."),
    ),
}

ENDED_GO_TO = frozenset({Recipient.WORKER, Recipient.COURT})
"""Who may have what was revoked or replaced: others would take it for good."""


def may_have(recipient: Recipient, kind: str, *, stands: bool = True) -> bool:
    """Whether a document of this kind may go to the recipient. `stands` is False where it was revoked or replaced."""
    release = POLICY.get(kind)
    return release is not None and recipient in release.to and (stands or recipient in ENDED_GO_TO)


def require_release(recipient: Recipient, kind: str, *, stands: bool = True) -> None:
    """Raise `Refused` (``not_released``) with the reason where a document may not go to the recipient."""
    if may_have(recipient, kind, stands=stands):
        return
    release = POLICY.get(kind)
    if release is None:
        raise Refused("not_released", _("Documents of this kind are released to nobody."), None)
    if recipient in release.to:
        raise Refused(
            "not_released",
            _("What was revoked or replaced goes to the worker and to courts alone."),
            _("Hand over the document that holds in its place."),
        )
    allowed = ", ".join(str(RECIPIENT_WORDS[one]) for one in Recipient if one in release.to)
    raise Refused(
        "not_released",
        _(
            "A document of this kind does not go to {recipient}. {why}",
            recipient=RECIPIENT_WORDS[recipient],
            why=release.why,
        ),
        _("It may go to: {allowed}.", allowed=allowed),
    )


def known_recipient(code: str) -> Recipient:
    """Raises `InvalidInput` (``unknown_recipient``)."""
    try:
        return Recipient(code)
    except ValueError:
        raise InvalidInput(
            "unknown_recipient",
            _("This recipient is not one of the list."),
            _("Choose one of: {codes}.", codes=", ".join(Recipient)),
        ) from None


def known_purpose(code: str) -> str:
    """Raises `InvalidInput` (``unknown_purpose``)."""
    if code not in PURPOSES:
        raise InvalidInput(
            "unknown_purpose",
            _("This purpose is not one of the list."),
            _("Choose one of: {codes}.", codes=", ".join(PURPOSES)),
        )
    return code
