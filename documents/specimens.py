"""One document of every kind with invented people and facts, for the gallery and for whoever looks at templates.

Their words are those that real documents choose, in the two languages asked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageDraw

from basis.messages import Message, _, _n
from basis.money import Money
from casework.decisions.rules import KINDS as DECISIONS
from casework.decisions.rules import REASONS, DecisionKind
from documents import values as v
from documents.languages import Language, country, day, in_both, language_name, writing
from documents.money_rows import Instalment
from documents.specimens_money import money_papers

NAMES: Final = {
    "latin": ("Gëzim Ahmeti", "", ""),
    "arabic": ("Youssef El Amrani", "يوسف العمراني", "ar"),
    "cyrillic": ("Oleksandr Shevchenko", "Олександр Шевченко", "uk"),
    "devanagari": ("Ram Bahadur Thapa", "राम बहादुर थापा", "ne"),
    "bengali": ("Mohammad Rahim Uddin", "মোহাম্মদ রহিম উদ্দিন", "bn"),
    "ethiopic": ("Abebe Bekele Tesfaye", "አበበ በቀለ ተስፋዬ", "am"),
    "thai": ("Somchai Jaidee", "สมชาย ใจดี", "th"),
    "khmer": ("Sok Dara", "សុខ ដារ៉ា", "km"),
    "tamil": ("Murugan Selvam", "முருகன் செல்வம்", "ta"),
    "sinhala": ("Nimal Perera", "නිමල් පෙරේරා", "si"),
    "myanmar": ("Aung Ko Win", "အောင်ကိုဝင်း", "my"),
    "georgian": ("Giorgi Beridze", "გიორგი ბერიძე", "ka"),
}
"""By script: a name in Latin letters, in its own, and the language of the latter."""

_OFFICE: Final = "Labour Mobility Office Pristina"
_ACCEPTED: Final = date(2027, 1, 20)


def specimens(first: Language, second: Language | None = None, script: str = "latin") -> dict[str, v.Certificate]:
    """One of every kind, by kind, of somebody whose name is written in `script`."""
    with writing(first):
        made = (
            *_checks(second),
            *_abilities(second),
            *_preparation(second),
            *_going(second),
            _letter(second),
            *money_papers(second, _common),
        )
    name, native, native_language = NAMES[script]
    passport = ", ".join(reversed(name.upper().split(maxsplit=1)))
    values = {}
    for value in made:
        person = replace(
            value.person,
            name=name,
            passport_name=passport,
            native_name=native,
            native_language=native_language,
            photo=None if value.kind in v.WITHOUT_PHOTOGRAPH else value.person.photo,
        )
        head = replace(value.head, language=first.tag, second_language=second.tag if second else "")
        values[value.kind] = replace(value, person=person, head=head)
    return values


@cache
def photograph() -> bytes:
    """A drawn head and shoulders."""
    picture = Image.new("RGB", (420, 540), "#dfe7e8")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((140, 110, 280, 290), fill="#9aa9ad")
    draw.ellipse((60, 320, 360, 760), fill="#7c8d92")
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _common(
    second: Language | None, number: str, title: Message, outcome: Message, role: Message, until: date | None = None
) -> dict[str, Any]:
    said, second_said = in_both(outcome, second)
    named, second_named = in_both(title, second)
    return {
        "head": v.Head(
            number=number,
            title=named,
            second_title=second_named,
            issued_on=date(2027, 3, 12),
            verify_url="https://verify.example.org/verify/0Jh2kQ9yT3mZ8wXb4vNc1A",
            specimen=True,
            short_code="K7Q2-9F4M",
        ),
        "issuer": v.Issuer(_OFFICE, "Kosovo – Germany, construction", "2027.1"),
        "person": v.Person(
            name="",
            passport_name="",
            birth_date=date(1984, 3, 2),
            passport_hint="••••• 425",
            nationality=str(country("XK")),
            sex=str(_("male")),
            occupation="7112 Bricklayer",
            track=str(_("Away (work in Germany)")),
            photo=photograph(),
        ),
        "officer": v.Officer("Arta Gashi", str(role)[:1].upper() + str(role)[1:]),
        "outcome": v.Outcome(said, until, second_said),
    }


def _checks(second: Language | None) -> tuple[v.Certificate, ...]:
    papers = _n("{count} document accepted", "All {count} documents accepted", 4)
    waived = _(
        "{title} was waived by: {authority}, reference {reference}{end}.",
        title=_("Curriculum vitae"),
        authority=_("supervisor"),
        reference="12/27",
        end=_(", until {day}", day=day(date(2027, 6, 1))),
    )
    return (
        v.DocumentPreparationRecord(
            **_common(
                second,
                "DOC-2027-000418",
                _("Document preparation record"),
                papers,
                _("caseworker"),
                date(2027, 9, 1),
            ),
            contents=tuple(
                v.ContentsItem(str(title), hint, issuer, issued, expires, _ACCEPTED)
                for title, hint, issuer, issued, expires in (
                    (_("Passport"), "••••• 425", "Ministria e Punëve të Brendshme", date(2021, 5, 4), date(2031, 5, 3)),
                    (_("Employment contract"), "••••• 031", "Bau Süd GmbH", date(2026, 12, 1), None),
                    (_("Police certificate"), "••••• 118", "Policia e Kosovës", date(2027, 1, 11), None),
                    (_("Passport photo"), "", "", date(2027, 1, 10), None),
                )
            ),
            remarks=(str(waived),),
        ),
        v.SecurityClearance(
            **_common(
                second,
                "SEC-2027-000418",
                _("Security clearance statement"),
                _("No objection to travel on grounds of security"),
                _("security officer"),
                date(2027, 8, 1),
            ),
            screened_on=date(2027, 3, 10),
            lists=(
                v.ScreenedList("United Nations Security Council consolidated list", "2027-03-09"),
                v.ScreenedList("EU consolidated list", "2027-03-08"),
            ),
            police_certificates=(
                v.PoliceCertificate(str(country("XK")), "Policia e Kosovës", date(2027, 2, 1)),
                v.PoliceCertificate(str(country("CH")), "Bundesamt für Justiz", date(2027, 2, 17)),
            ),
        ),
    )


def _abilities(second: Language | None) -> tuple[v.Certificate, ...]:
    level = _("{language}, level {level} (CEFR)", language=language_name("de"), level="A2")
    experience = _n("{count} year of experience accepted", "{count} years of experience accepted", 14)
    decided = date(2027, 1, 9)
    return (
        v.QualificationStatement(
            **_common(
                second,
                "QUA-2027-000418",
                _("Qualification statement"),
                _("Qualified for: {occupation}", occupation="Bricklayer"),
                _("caseworker"),
            ),
            decisions=(
                v.QualificationDecision(
                    str(_("Diploma")),
                    "Diplomë: murator",
                    str(_("recognised in part")),
                    decided,
                    "Shkolla e Mesme Teknike, Prizren",
                    str(_("ISCED 2011, level {level}", level=3)),
                    "HWK Dresden",
                ),
                v.QualificationDecision(str(_("Language")), "telc Deutsch A2", str(level), decided, authority="telc"),
                v.QualificationDecision(
                    str(_("Professional ability")), "7112 Bricklayer", str(experience), decided, authority="Bau Süd"
                ),
            ),
        ),
        v.TrainingCertificate(
            **_common(
                second,
                "TRA-2027-000102",
                _("Training certificate"),
                _n("{count} course passed", "{count} courses passed", 2),
                _("caseworker"),
            ),
            courses=(
                v.Course(
                    str(_("Language course")),
                    "Qendra e Gjuhëve, Prishtinë",
                    152,
                    date(2026, 11, 2),
                    date(2027, 1, 29),
                    str(_("passed, level {level}", level="A2")),
                    held=160,
                    licence="AKK-2210",
                ),
                v.Course(
                    str(_("Top-up training")),
                    "Qendra e Aftësimit Profesional",
                    16,
                    date(2027, 2, 1),
                    date(2027, 2, 2),
                    str(_("passed")),
                    held=16,
                ),
            ),
        ),
    )


def _preparation(second: Language | None) -> tuple[v.Certificate, ...]:
    modules = ("Rights at work", "Contract and wages", "Health and safety", "Money", "Travel and arrival")
    statement = in_both(_("The steps below were completed and their evidence is on file with the issuer."), second)
    return (
        v.FitnessCertificate(
            **_common(
                second,
                "MED-2027-000418",
                _("Fitness certificate"),
                _("Fit to travel and to work as: {occupation}", occupation="Bricklayer"),
                _("medical officer"),
                date(2027, 9, 9),
            ),
            clinic="Poliklinika Dardania, Prishtinë",
            accreditation="XK-0117",
            physician="Dr. Teuta Shala",
            licence="4471",
            examined_on=date(2027, 3, 9),
        ),
        v.OrientationCertificate(
            **_common(
                second,
                "ORI-2027-000418",
                _("Orientation certificate"),
                _n(
                    "{count} module attended, {hours} hours",
                    "All {count} modules attended, {hours} hours",
                    5,
                    hours="7.5",
                ),
                _("caseworker"),
            ),
            provider=_OFFICE,
            modules=tuple(v.AttendedModule(title, 90, date(2027, 2, 8)) for title in modules),
        ),
        v.GeneralRecord(
            **_common(
                second,
                "AUT-2027-000418",
                _("Record of authorisation"),
                _("Complete: {stage}", stage=_("Authorisation")),
                _("caseworker"),
                date(2027, 7, 14),
            ),
            statement=statement[0],
            second_statement=statement[1],
            facts=tuple(
                v.StatedFact(str(title), f"{issuer}, {_('{name} {day}', name=name, day=day(on))}")
                for title, issuer, name, on in (
                    (_("Visa application lodged"), "Deutsche Botschaft", _("lodged on"), date(2027, 2, 2)),
                    (_("Visa"), "Deutsche Botschaft", _("valid from"), date(2027, 4, 15)),
                )
            ),
        ),
    )


def _finished() -> tuple[v.FinishedStage, ...]:
    return tuple(
        v.FinishedStage(str(title), number, date(2027, 2, 3) if number else None, until, "" if number else str(note))
        for title, number, until, note in (
            (_("Documents"), "DOC-2027-000418", date(2027, 9, 1), ""),
            (_("Security"), "SEC-2027-000418", date(2027, 8, 1), ""),
            (_("Qualifications"), "QUA-2027-000418", None, ""),
            (_("Training"), "TRA-2027-000102", None, ""),
            (_("Medical"), "MED-2027-000418", date(2027, 9, 9), ""),
            (_("Orientation"), "ORI-2027-000418", None, ""),
            (_("Travel loan"), "", None, _("not asked")),
            (_("Authorisation"), "AUT-2027-000418", date(2027, 7, 14), ""),
        )
    )


def _terms(second: Language | None) -> list[tuple[str, str]]:
    return [
        in_both(term, second)
        for term in (
            _("The loan bears no interest and no fee."),
            _n(
                "The first instalment is due {count} month after departure.",
                "The first instalment is due {count} months after departure.",
                6,
            ),
            _("It may be repaid early at any time."),
            _("Unemployment, illness and full-time training are grounds for a deferral."),
        )
    ]


def _going(second: Language | None) -> tuple[v.Certificate, ...]:
    principal = Money(100_000, "EUR")
    due = [date(2027 + month // 12, month % 12 + 1, 1) for month in range(9, 21)]
    terms, leaves = _terms(second), date(2027, 4, 20)
    home = _common(
        second, "CMP-2027-000012", _("Certificate of completion"), _("Preparation completed"), _("supervisor")
    )
    home["person"] = replace(home["person"], track=str(_("Home (work in Kosovo)")), photo=None)
    return (
        v.PromissoryNote(
            **_common(
                second,
                "LOA-2027-000077",
                _("Promissory note"),
                _("Promise to repay {amount}", amount=str(principal)),
                _("loan officer"),
            ),
            lender="Migrant Workers' Travel Fund",
            principal=principal,
            instalments=tuple(
                Instalment(number, on, amount)
                for number, (on, amount) in enumerate(zip(due, principal.split(12), strict=True), start=1)
            ),
            terms=tuple(said for said, _second in terms),
            second_terms=tuple(said for _first, said in terms if said),
            signatures=(
                v.SignatureLine("Gëzim Ahmeti", str(_("Borrower")), date(2027, 3, 11)),
                v.SignatureLine("Luan Hoxha", str(_("Approving officer")), date(2027, 3, 12)),
            ),
        ),
        v.DepartureClearance(
            **_common(
                second,
                "DEP-2027-000391",
                _("Departure clearance"),
                _("Cleared for departure on {day}", day=day(leaves)),
                _("supervisor"),
                leaves,
            ),
            departs_on=leaves,
            destination=str(country("DE")),
            employer="Bau Süd GmbH",
            stages=_finished(),
            itinerary=(
                v.Leg(leaves, "Pristina (PRN)", "Vienna (VIE)", "OS 770"),
                v.Leg(leaves, "Vienna (VIE)", "Stuttgart (STR)", "OS 177"),
            ),
        ),
        v.CompletionCertificate(**home, completed_on=date(2027, 3, 12), stages=_finished()[:6]),
    )


def _letter(second: Language | None) -> v.Letter:
    common = _common(
        second, "LET-2027-000012", _("Letter of decision"), DECISIONS[DecisionKind.REFUSED], _("supervisor")
    )
    reason = in_both(REASONS["visa_refused"], second)
    return v.Letter(
        **common,
        decided_on=date(2027, 3, 10),
        authority="Deutsche Botschaft Pristina",
        what=str(_("Authorisation")),
        reason=reason[0],
        second_reason=reason[1],
        words=("Neither the wage nor the hours of the contract could be confirmed.",),
        appeal_to=f"{_OFFICE}, Rr. Nënë Tereza 1, 10000 Prishtina",
        appeal_until=date(2027, 4, 11),
    )
