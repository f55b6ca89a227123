"""Is this certificate genuine, and does it hold? Answered without database, installation and network.

Asked with the text of a code or the bytes of a file, the issuer's file of public keys, and its signed list of ended
numbers. The answer is one of `documents.verification.Status`, in the same order of precedence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from basis.errors import InvalidInput
from basis.messages import Message, _
from documents.checks import Check, Result, failed, not_applicable, passed, signature_checks
from documents.credentials.attachment import MAXIMUM_FILE, extract
from documents.credentials.code import KeyFacts, check_code
from documents.credentials.credential import check_credential
from documents.credentials.data_integrity import Json
from documents.credentials.keys import PublicKey
from documents.encoding import SCHEMA as FACTS_SCHEMA
from documents.issuer_keys import IssuerKeys, together
from documents.revocations import EndedNumber, Ending, Revocations
from documents.trust import Trust
from documents.verification import Status

_A_DAY: Final = timedelta(days=1)
_ENDED: Final = {
    Ending.VOID: (Status.UNKNOWN, _("The number was given up before a certificate was issued.")),
    Ending.REVOKED: (Status.REVOKED, _("It was revoked.")),
    Ending.SUPERSEDED: (Status.SUPERSEDED, _("A corrected certificate was issued in its place.")),
    Ending.EXPIRED: (Status.EXPIRED, _("Its time has run out.")),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What whoever checks has at hand. `now` is aware of its time zone, `on` the day that is asked about."""

    issuers: Sequence[IssuerKeys]
    revocations: Sequence[Revocations]
    now: datetime
    on: date
    certificates: Trust = field(default_factory=Trust)

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        return tuple(key for issuer in self.issuers for key in issuer.keys)

    def issuer_of(self, key: PublicKey) -> IssuerKeys:
        return next(issuer for issuer in self.issuers if key in issuer.keys)

    def list_of(self, issuer: IssuerKeys) -> Revocations | None:
        """The newest list that the issuer signed."""
        signed = [one for one in self.revocations if one.key in issuer.keys]
        return max(signed, key=lambda one: one.made_at, default=None)


@dataclass(frozen=True, slots=True)
class OfflineAnswer:
    """The status, what was looked at, and why. `facts` are to be compared with page and passport; None where nothing
    is vouched for. `revocations_on`: the day of the list that was asked; None where none in force was at hand."""

    status: Status
    checks: tuple[Check, ...]
    facts: KeyFacts | None = None
    issuer: str = ""
    revocations_on: date | None = None

    @property
    def reasons(self) -> tuple[Message, ...]:
        """What speaks against it, or that nothing does; and what could not be looked at."""
        against = tuple(check.sentence for check in self.checks if check.result is Result.FAILED)
        if self.status is not Status.VALID:
            return against
        open_ = tuple(check.sentence for check in self.checks if check.name == "revoked" and not _done(check))
        said = _("It is genuine and in force.")
        if self.facts is not None and self.facts.specimen:
            said = _("It is a specimen, made to show what a certificate looks like. It certifies nothing.")
        return (said, *open_)


def answer_for_code(text: str, known: Known) -> OfflineAnswer:
    """Answer for the text of a QR code. Never raises for what is in it."""
    checked = check_code(text, known.keys)
    if checked.facts is None or checked.key is None:
        return _refused(checked.fault, altered=checked.altered)
    data = passed("data", _("The code is signed by the issuer and was not changed."))
    file = not_applicable("signature", _("Only the code was checked: compare what it says with the page."))
    return _standing(checked.facts, known.issuer_of(checked.key), known, (data, file))


def answer_for_file(pdf: bytes, known: Known) -> OfflineAnswer:
    """Answer for the bytes of a certificate's file. Never raises for what is in it."""
    if len(pdf) > MAXIMUM_FILE:
        return _refused(_("The file is larger than any certificate."), altered=False)
    try:
        data = extract(pdf)
    except InvalidInput as error:
        return _refused(error.message, altered=False)
    checked = check_credential(data, known.keys)
    facts = None if checked.facts is None else _key_facts(checked.facts)
    if facts is None or checked.key is None:
        fault = checked.fault or _("The data is of a form that this version does not know.")
        return _refused(fault, altered=checked.altered)
    issuer = known.issuer_of(checked.key)
    good = passed("data", _("The data in the file is signed by the issuer and was not changed."))
    file = _file_checks(pdf, issuer, known)
    if any(check.result is Result.FAILED for check in file):
        return OfflineAnswer(Status.ALTERED, (good, *file), issuer=issuer.issuer)
    return _standing(facts, issuer, known, (good, *file))


def _file_checks(pdf: bytes, issuer: IssuerKeys, known: Known) -> tuple[Check, ...]:
    trust = together((issuer.trust, known.certificates))
    if not trust.signing:
        unsigned = _(
            "Whether the page was changed is not known, because no signing certificate of the issuer was given: "
            "compare what the data says with the page."
        )
        return (not_applicable("signature", unsigned),)
    return signature_checks(pdf, trust)


def _standing(facts: KeyFacts, issuer: IssuerKeys, known: Known, checks: tuple[Check, ...]) -> OfflineAnswer:
    """Whether a genuine certificate holds on the day."""
    if facts.issued_on > known.on + _A_DAY:
        future = _("It says that it is issued on a day that has not come. Check the date of this machine.")
        return OfflineAnswer(Status.UNKNOWN, (*checks, failed("validity", future)), issuer=issuer.issuer)
    numbers = known.list_of(issuer)
    ended = numbers.numbers.get(facts.number) if numbers else None
    revoked = _revoked(numbers, ended, known.now)
    validity = _validity(facts, known.on)
    status = Status.VALID
    if ended is not None:
        status = _ENDED[ended.ending][0]
    elif validity.result is Result.FAILED:
        status = Status.EXPIRED
    if ended is not None and ended.ending is Ending.EXPIRED:
        validity = replace(validity, result=Result.FAILED, sentence=_ENDED[Ending.EXPIRED][1])
    current = numbers if numbers and not numbers.is_old(known.now) else None
    return OfflineAnswer(
        status, (*checks, revoked, validity), facts, issuer.issuer, current.made_at.date() if current else None
    )


def _revoked(numbers: Revocations | None, ended: EndedNumber | None, now: datetime) -> Check:
    if numbers is None:
        return not_applicable(
            "revoked",
            _("It was not checked against revocations: no list of this issuer was given."),
        )
    day = numbers.made_at.date().isoformat()
    if ended is not None and ended.ending is not Ending.EXPIRED:
        return failed("revoked", _ENDED[ended.ending][1])
    if numbers.is_old(now):
        return not_applicable(
            "revoked",
            _("It was not checked against revocations after {day}: the list is of that day, get a newer one.", day=day),
        )
    return passed("revoked", _("It is not among the revoked or replaced numbers of {day}.", day=day))


def _validity(facts: KeyFacts, on: date) -> Check:
    if facts.valid_until is None:
        return passed("validity", _("It has no last day."))
    if on > facts.valid_until:
        return failed("validity", _("Its time has run out."))
    return passed("validity", _("Its last day has not passed."))


def _refused(fault: Message | None, *, altered: bool) -> OfflineAnswer:
    sentence = fault or _("It cannot be read.")
    return OfflineAnswer(Status.ALTERED if altered else Status.UNKNOWN, (failed("data", sentence),))


def _done(check: Check) -> bool:
    return check.result is not Result.NOT_APPLICABLE


def _key_facts(subject: Json) -> KeyFacts | None:
    """The facts that a code would hold, out of a credential's; None for a form that is not known."""
    try:
        if subject["schema"] != FACTS_SCHEMA:
            return None
        head, person, until = subject["head"], subject["person"], subject["outcome"]["valid_until"]
        return KeyFacts(
            number=str(head["number"]),
            kind=str(subject["kind"]),
            name=str(person["name"]),
            birth_date=date.fromisoformat(person["birth_date"]),
            passport_hint=str(person["passport_hint"]).strip("\u2022 "),
            issued_on=date.fromisoformat(head["issued_on"]),
            valid_until=None if until is None else date.fromisoformat(until),
            specimen=head["specimen"] is not False,
        )
    except (KeyError, TypeError, ValueError):
        return None
