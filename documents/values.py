"""What stands on a certificate or a letter: one frozen dataclass per kind, all that is shown and nothing else.

A value is complete: rendering reads no table, no clock and no file. It is what the register keeps (sealed)
and what goes, without the photograph's bytes, as JSON into the PDF itself. Texts are final words in the
certificate's language, those of `second_...` fields in its second one; days are `date`, sums are `Money`. Nothing
here may hold a diagnosis, a watch-list hit, or a passport number in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from basis.money import Money
from documents.money_rows import Entitled, EntitlementLine, Instalment, StatementLine, repaid


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who answers for the certificate and under which programme, for example "2027.1" as its version."""

    name: str
    programme_title: str
    programme_version: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about.

    `passport_name` is as printed ("AHMETI, GEZIM"), `passport_hint` shows the last three characters only
    ("••••• 425"), `nationality`, `sex`, `occupation` and `track` are words ("7112 Bricklayer").
    `native_language` is a BCP 47 tag ("ar") that tells a screen reader how to speak `native_name`.
    `photo` is PNG or JPEG.
    """

    name: str
    passport_name: str
    birth_date: date
    passport_hint: str
    nationality: str
    sex: str
    occupation: str
    track: str
    native_name: str = ""
    native_language: str = ""
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """The responsible officer, with the title in words ("Medical officer")."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Head:
    """Number and titles. `language` and `second_language` are BCP 47 tags; `verify_url` stands in the code, and
    `short_code` ("K7Q2-9F4M") beside the number, "" on what was issued before there was one. `replaces`: the numbers
    of corrected certificates in whose place it stands; `duplicate`: the sentence that marks a duplicate; with
    `wet_signature` it has room for a signature and a stamp by hand that must be there."""

    number: str
    title: str
    issued_on: date
    verify_url: str
    language: str = "en"
    second_title: str = ""
    second_language: str = ""
    specimen: bool = False
    short_code: str = ""
    replaces: str = ""
    duplicate: str = ""
    wet_signature: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one sentence in the coloured field, in both languages of the head. `valid_until` is the last good day, None
    where nothing ends it."""

    text: str
    valid_until: date | None = None
    second_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What every kind shows. `remarks` are the waivers, conditions and interim permissions it was issued
    under, one sentence each."""

    kind: ClassVar[str]

    head: Head
    issuer: Issuer
    person: Person
    officer: Officer
    outcome: Outcome
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentsItem:
    """One accepted paper. `number_hint` is masked like a passport's; both days are as printed on the paper, in words
    in `issued` and `expires` where it shows the month or the year only. `country` is that of the issuer, `certified`
    how it was translated and legalised."""

    item: str
    number_hint: str
    issuer: str
    issued_on: date | None
    expires_on: date | None
    accepted_on: date
    country: str = ""
    issued: str = ""
    expires: str = ""
    certified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPreparationRecord(Certificate):
    """Which papers were verified and accepted. `settled` names the fields in which papers differed, without a value."""

    kind: ClassVar[str] = "documents"
    contents: tuple[ContentsItem, ...]
    settled: str = ""
    second_settled: str = ""


@dataclass(frozen=True, slots=True)
class ScreenedList:
    """A list that was searched; `version` is the publisher's own date or number."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class PoliceCertificate:
    """A police certificate that was accepted, by country of residence."""

    country: str
    issuer: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityClearance(Certificate):
    """That the checks were done and nothing stands against travel; never whether there was a hit."""

    kind: ClassVar[str] = "security"
    screened_on: date
    lists: tuple[ScreenedList, ...]
    police_certificates: tuple[PoliceCertificate, ...]


@dataclass(frozen=True, slots=True)
class QualificationDecision:
    """One decision: `subject` ("Diploma", "Language", "Professional ability"), what was looked at, the decision. Of a
    diploma the `institution` with its country and the `level` (ISCED 2011); `authority` is who decided."""

    subject: str
    looked_at: str
    decision: str
    decided_on: date
    institution: str = ""
    level: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationStatement(Certificate):
    """What was recognised of diploma, language and professional ability."""

    kind: ClassVar[str] = "qualifications"
    decisions: tuple[QualificationDecision, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A course as it was attended: `hours` of teaching, of `held` (0: not said), with the number of the licence under
    which it was taught."""

    title: str
    provider: str
    hours: int
    began_on: date
    ended_on: date
    result: str
    held: int = 0
    licence: str = ""

    @property
    def percent(self) -> int:
        """Whole per cent of the hours held, rounded down."""
        return self.hours * 100 // self.held if self.held else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCertificate(Certificate):
    """Courses with their hours and results."""

    kind: ClassVar[str] = "training"
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitnessCertificate(Certificate):
    """Who examined, when, and the outcome word in `outcome`; no finding."""

    kind: ClassVar[str] = "medical"
    clinic: str
    accreditation: str
    physician: str
    licence: str
    examined_on: date


@dataclass(frozen=True, slots=True)
class AttendedModule:
    """A module of the curriculum, with identity checked at the door."""

    title: str
    minutes: int
    attended_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationCertificate(Certificate):
    """The modules attended."""

    kind: ClassVar[str] = "orientation"
    provider: str
    modules: tuple[AttendedModule, ...]


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Room for a signature by hand: who signs, as what in both languages, and the day when it is known."""

    name: str
    role: str
    signed_on: date | None = None
    second_role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromissoryNote(Certificate):
    """A promise to pay: the instalments sum exactly to `total` (checked when the note is approved)."""

    kind: ClassVar[str] = "loan"
    lender: str
    principal: Money
    instalments: tuple[Instalment, ...]
    terms: tuple[str, ...]
    signatures: tuple[SignatureLine, ...]
    second_terms: tuple[str, ...] = ()

    @property
    def total(self) -> Money:
        return repaid(self.principal, self.instalments)


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A label with its value, both in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralRecord(Certificate):
    """A stage that needs YAML only, such as authorisation: `statement` says in a sentence what is recorded."""

    kind: ClassVar[str] = "general"
    statement: str
    facts: tuple[StatedFact, ...]
    second_statement: str = ""


@dataclass(frozen=True, slots=True)
class FinishedStage:
    """A stage with the certificate that stands for it; `note` where there is none ("waived", "not asked")."""

    title: str
    certificate_number: str
    issued_on: date | None
    valid_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of the journey: places and carrier with number in words."""

    departs_on: date
    origin: str
    destination: str
    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureClearance(Certificate):
    """All stages hold on the planned day, and the journey is fixed."""

    kind: ClassVar[str] = "departure"
    departs_on: date
    destination: str
    employer: str
    stages: tuple[FinishedStage, ...]
    itinerary: tuple[Leg, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionCertificate(Certificate):
    """The end of the home track, or of the programme as a whole: `facts` tell of what followed the preparation."""

    kind: ClassVar[str] = "completion"
    completed_on: date
    stages: tuple[FinishedStage, ...]
    facts: tuple[StatedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Certificate):
    """A decision against the person: `outcome` says what was decided, `reason` is the one that may be disclosed.

    `what` names the stage or requirement concerned ("" for the case as a whole), `words` are the paragraphs added to
    the reason. An appeal goes to `appeal_to` until `appeal_until`, the last day included.
    """

    kind: ClassVar[str] = "letter"
    decided_on: date
    authority: str
    what: str
    reason: str
    words: tuple[str, ...]
    appeal_to: str
    appeal_until: date
    second_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteToSign(PromissoryNote):
    """The same before it is signed: `signatures` have no day yet. `sign_from`: until then the borrower thinks it over,
    and may do without the loan at no cost."""

    kind: ClassVar[str] = "promissory_note"
    loan_number: str
    sign_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanStatement(Certificate):
    """What happened with a loan until the end of `as_of`, by what was recorded until `known_on`; what of it is owed,
    `overdue` and due next, and was paid too much (`credit`). `allocation` says where a payment goes."""

    kind: ClassVar[str] = "loan_statement"
    lender: str
    loan_number: str
    as_of: date
    known_on: date
    principal: Money
    lines: tuple[StatementLine, ...]
    allocation: str
    overdue: Money | None = None
    overdue_since: date | None = None
    credit: Money | None = None
    next_due: date | None = None
    next_amount: Money | None = None
    last_due: date | None = None
    second_allocation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLetter(Certificate):
    """That nothing is owed of a loan any more, and how that came: what was paid back (`interest` is part of it), given
    back by the carrier, forgiven. `ground` says why, as far as everybody may read it."""

    kind: ClassVar[str] = "settlement_letter"
    lender: str
    loan_number: str
    lent_on: date
    ended_on: date
    principal: Money
    paid: Money
    interest: Money | None = None
    refunded: Money | None = None
    forgiven: Money | None = None
    credit: Money | None = None
    ground: str = ""
    second_ground: str = ""

    @property
    def owed(self) -> Money:
        """Nothing, if its sums are right."""
        added = self.principal.minor + (self.interest.minor if self.interest else 0)
        taken = sum(one.minor for one in (self.paid, self.refunded, self.forgiven) if one)
        return Money(added - taken, self.principal.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementStatement(Certificate):
    """What a programme pays to a person, until the end of `as_of`, by what was recorded until `known_on`. `sums` has a
    row for each currency."""

    kind: ClassVar[str] = "entitlement_statement"
    payer: str
    as_of: date
    known_on: date
    entitled: tuple[Entitled, ...]
    sums: tuple[Entitled, ...]
    lines: tuple[EntitlementLine, ...]


KINDS: dict[str, type[Certificate]] = {
    cls.kind: cls
    for cls in (
        DocumentPreparationRecord,
        SecurityClearance,
        QualificationStatement,
        TrainingCertificate,
        FitnessCertificate,
        OrientationCertificate,
        PromissoryNote,
        GeneralRecord,
        DepartureClearance,
        CompletionCertificate,
        Letter,
        NoteToSign,
        LoanStatement,
        SettlementLetter,
        EntitlementStatement,
    )
}

_MONEY = frozenset({NoteToSign.kind, LoanStatement.kind, SettlementLetter.kind, EntitlementStatement.kind})
WITHOUT_PHOTOGRAPH = frozenset({QualificationStatement.kind, PromissoryNote.kind, Letter.kind}) | _MONEY
"""Kinds that bear no photograph: an employer judges a qualification without a face, a debt is bound by signatures, and
nobody is to recognise a face on a decision or an account. All others are shown to strangers who must know whom they
have before them.
"""
