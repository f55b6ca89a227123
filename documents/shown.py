"""What a stored value shows, as labels and words for a reader; and what differs between two of them. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from basis.messages import Message, _
from basis.money import Money
from documents.values import Certificate

Shown = Message | str | date

_SECTIONS: Mapping[str, Message] = {
    "head": _("Head"),
    "issuer": _("Issuer"),
    "person": _("Person"),
    "officer": _("Responsible officer"),
    "outcome": _("Outcome"),
    "contents": _("Papers"),
    "lists": _("Lists that were searched"),
    "police_certificates": _("Police certificates"),
    "decisions": _("Decisions"),
    "courses": _("Courses"),
    "modules": _("Modules"),
    "instalments": _("Instalments"),
    "signatures": _("Signatures"),
    "facts": _("Facts"),
    "stages": _("Stages"),
    "itinerary": _("Journey"),
    "lines": _("What happened"),
    "entitled": _("Entitlements"),
    "sums": _("Sums"),
}
_LABELS: Mapping[str, Message] = {
    "number": _("Number"),
    "title": _("Title"),
    "issued_on": _("Issued on"),
    "verify_url": _("Address of the check"),
    "language": _("Language"),
    "second_title": _("Title in the second language"),
    "second_language": _("Second language"),
    "specimen": _("Specimen"),
    "short_code": _("Short code"),
    "replaces": _("In the place of"),
    "duplicate": _("Mark of a duplicate"),
    "wet_signature": _("Room for a signature by hand"),
    "name": _("Name"),
    "programme_title": _("Programme"),
    "programme_version": _("Version of the programme"),
    "passport_name": _("Name in the passport"),
    "birth_date": _("Born on"),
    "passport_hint": _("Passport ends with"),
    "nationality": _("Nationality"),
    "sex": _("Sex"),
    "occupation": _("Occupation"),
    "track": _("Track"),
    "native_name": _("Name in the own script"),
    "native_language": _("Language of that script"),
    "photo": _("Photograph"),
    "text": _("Sentence"),
    "second_text": _("Sentence in the second language"),
    "valid_until": _("Valid until"),
    "remarks": _("Remark"),
    "item": _("Paper"),
    "number_hint": _("Number ends with"),
    "issuer": _("Issued by"),
    "expires_on": _("Expires on"),
    "accepted_on": _("Accepted on"),
    "issued": _("Issued on"),
    "expires": _("Expires on"),
    "certified": _("Translation and legalisation"),
    "settled": _("Differences that were settled"),
    "second_settled": _("Differences that were settled, in the second language"),
    "screened_on": _("Screened on"),
    "version": _("Version"),
    "country": _("Country"),
    "subject": _("Subject"),
    "looked_at": _("Looked at"),
    "decision": _("Decision"),
    "institution": _("Institution"),
    "level": _("Level"),
    "decided_on": _("Decided on"),
    "provider": _("Provider"),
    "hours": _("Hours"),
    "held": _("Hours held"),
    "began_on": _("Began on"),
    "ended_on": _("Ended on"),
    "result": _("Result"),
    "clinic": _("Clinic"),
    "accreditation": _("Accreditation"),
    "physician": _("Physician"),
    "licence": _("Licence"),
    "examined_on": _("Examined on"),
    "minutes": _("Minutes"),
    "attended_on": _("Attended on"),
    "lender": _("Lender"),
    "principal": _("Sum"),
    "due_on": _("Due on"),
    "amount": _("Amount"),
    "terms": _("Term"),
    "second_terms": _("Term in the second language"),
    "role": _("As"),
    "second_role": _("As, in the second language"),
    "signed_on": _("Signed on"),
    "statement": _("Statement"),
    "second_statement": _("Statement in the second language"),
    "label": _("Label"),
    "value": _("Value"),
    "certificate_number": _("Certificate"),
    "note": _("Note"),
    "departs_on": _("Departs on"),
    "origin": _("From"),
    "destination": _("To"),
    "carrier": _("Carrier"),
    "employer": _("Employer"),
    "completed_on": _("Completed on"),
    "authority": _("Authority"),
    "what": _("About"),
    "reason": _("Reason"),
    "second_reason": _("Reason in the second language"),
    "words": _("Words"),
    "appeal_to": _("Appeal to"),
    "appeal_until": _("Last day to appeal"),
    "loan_number": _("Loan number"),
    "interest": _("Interest"),
    "left": _("Left after it"),
    "sign_from": _("May be signed from"),
    "as_of": _("As of the end of"),
    "known_on": _("Recorded until"),
    "on": _("Day"),
    "added": _("Added"),
    "taken": _("Paid or taken off"),
    "balance": _("Owed after it"),
    "reference": _("Reference"),
    "second_what": _("What, in the second language"),
    "allocation": _("How a payment is counted"),
    "second_allocation": _("How a payment is counted, in the second language"),
    "overdue": _("Overdue"),
    "overdue_since": _("Overdue since"),
    "credit": _("Paid too much"),
    "next_due": _("Next instalment on"),
    "next_amount": _("Next instalment"),
    "last_due": _("Last instalment on"),
    "lent_on": _("Paid out on"),
    "paid": _("Paid"),
    "refunded": _("Taken off, as the carrier gives back the fare"),
    "forgiven": _("Forgiven"),
    "ground": _("Why"),
    "second_ground": _("Why, in the second language"),
    "payer": _("Paid by"),
    "rule": _("Rule"),
    "granted": _("Approved"),
    "to_come": _("To come"),
    "to_return": _("To be paid back"),
    "period": _("For"),
}
_OWN = frozenset({"number", "verify_url", "short_code"})
"""Each document has its own; that they differ says nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the document shows: `section` "" where it stands by itself, `place` counts in a list from 1."""

    section: Message | str
    place: int
    label: Message
    value: Shown

    @property
    def title(self) -> Message:
        """The label with where it stands."""
        if self.place and self.section:
            return _("{section} {place}: {label}", section=self.section, place=self.place, label=self.label)
        if self.place:
            return _("{label} {place}", label=self.label, place=self.place)
        return _("{section}: {label}", section=self.section, label=self.label) if self.section else self.label


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that two documents show differently; None where one does not show it."""

    title: Message
    before: Shown | None
    after: Shown | None


def lines(value: Certificate) -> tuple[Line, ...]:
    """Everything that a value shows and that is not empty, in the order of its fields."""
    return tuple(line for _key, line in _walk(value) if line.value != "")


def differences(before: Certificate, after: Certificate) -> tuple[Difference, ...]:
    """What the later one shows otherwise, field by field; what is each document's own (its number, its code) is left
    out."""
    first, second = ({key: line for key, line in _walk(one) if key[-1] not in _OWN} for one in (before, after))
    found = []
    for key in [*first, *(key for key in second if key not in first)]:
        one, other = first.get(key), second.get(key)
        title = (one or other or _missing(key)).title
        values = (one.value if one else None), (other.value if other else None)
        if values[0] != values[1] and not (values[0] in (None, "") and values[1] in (None, "")):
            found.append(Difference(title, *values))
    return tuple(found)


Key = tuple[str | int, ...]


def _missing(key: Key) -> Line:
    raise KeyError(key)


def _walk(value: Certificate) -> Iterator[tuple[Key, Line]]:
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        section = _SECTIONS.get(field.name, "")
        if dataclasses.is_dataclass(item) and not isinstance(item, Money):
            yield from _members((field.name,), section, 0, item)
        elif isinstance(item, tuple):
            for place, part in enumerate(item, start=1):
                if dataclasses.is_dataclass(part) and not isinstance(part, Money):
                    yield from _members((field.name, place), section, place, part)
                else:
                    yield (field.name, place), Line("", place, label(field.name), _said(part))
        else:
            yield (field.name,), Line("", 0, label(field.name), _said(item))


def _members(key: Key, section: Message | str, place: int, item: object) -> Iterator[tuple[Key, Line]]:
    for field in dataclasses.fields(item):  # type: ignore[arg-type]
        said = _said(getattr(item, field.name))
        yield (*key, field.name), Line(section, place, label(field.name), said)


def label(name: str) -> Message:
    """The words of a field of a value."""
    return _LABELS[name]


def _said(item: object) -> Shown:
    match item:
        case None | False | "":
            return ""
        case True:
            return _("yes")
        case date() | Message():
            return item
        case bytes():
            return _("picture, SHA-256 {digest}", digest=sha256(item).hexdigest())
    return str(item)
