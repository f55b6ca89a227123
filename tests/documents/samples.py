"""One synthetic certificate of every kind, and names in twelve scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from basis.money import Money
from casework.loans.paper_tables import PaperKind
from documents.credentials.keys import CredentialKey
from documents.credentials.proofs import Proofs, prove
from documents.languages import ENGLISH, language
from documents.money_rows import Instalment
from documents.rendering import render
from documents.specimens import specimens
from documents.values import (
    AttendedModule,
    Certificate,
    CompletionCertificate,
    ContentsItem,
    Course,
    DepartureClearance,
    DocumentPreparationRecord,
    FinishedStage,
    FitnessCertificate,
    GeneralRecord,
    Head,
    Issuer,
    Leg,
    Letter,
    NoteToSign,
    Officer,
    OrientationCertificate,
    Outcome,
    Person,
    PoliceCertificate,
    PromissoryNote,
    QualificationDecision,
    QualificationStatement,
    ScreenedList,
    SecurityClearance,
    SignatureLine,
    StatedFact,
    TrainingCertificate,
)

NAMES = {
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


def photo() -> bytes:
    """A drawn head and shoulders."""
    picture = Image.new("RGB", (420, 540), "#dfe7e8")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((140, 110, 280, 290), fill="#9aa9ad")
    draw.ellipse((60, 320, 360, 760), fill="#7c8d92")
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


CREDENTIAL_KEY = CredentialKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
"""The same in every process, so that what is made with it can be compared."""


def proofs_of(value: Certificate) -> Proofs:
    return prove(value, CREDENTIAL_KEY)


def rendered(value: Certificate) -> bytes:
    """The unsigned file of a value, with proofs by `CREDENTIAL_KEY`."""
    return render(value, proofs_of(value))


ISSUER = Issuer("Labour Mobility Office Pristina", "Kosovo – Germany, construction", "2027.1")
PERSON = Person(
    name="Gëzim Ahmeti",
    passport_name="AHMETI, GEZIM",
    birth_date=date(1984, 3, 2),
    passport_hint="••••• 425",
    nationality="Kosovo",
    sex="M",
    occupation="7112 Bricklayer",
    track="away",
    photo=photo(),
)


def head(number: str, title: str, second: str) -> Head:
    return Head(
        number=number,
        title=title,
        issued_on=date(2027, 3, 12),
        verify_url="https://verify.example.org/verify/0Jh2kQ9yT3mZ8wXb4vNc1A",
        second_title=second,
        second_language="sq",
        specimen=True,
    )


STAGES = tuple(
    FinishedStage(title, number, date(2027, 2, 3), until, note)
    for title, number, until, note in (
        ("Documents", "DOC-2027-000418", date(2027, 9, 1), ""),
        ("Security", "SEC-2027-000418", date(2027, 8, 1), ""),
        ("Qualifications", "QUA-2027-000418", None, ""),
        ("Training", "TRA-2027-000102", None, ""),
        ("Medical", "MED-2027-000418", date(2027, 9, 9), ""),
        ("Orientation", "ORI-2027-000418", None, ""),
        ("Travel loan", "LOA-2027-000077", None, ""),
        ("Authorisation", "AUT-2027-000418", date(2027, 7, 14), ""),
    )
)


def samples() -> tuple[Certificate, ...]:
    """One of every kind, with a photograph where the kind has one, and the SPECIMEN mark."""
    return (*_checks(), *_abilities(), *_preparation(), *_money_and_travel(), _letter(), *_papers_about_money())


def _papers_about_money() -> tuple[Certificate, ...]:
    made = specimens(ENGLISH, language("sq"))
    return tuple(made[kind.value] for kind in PaperKind)


def long_note(made: Mapping[str, Certificate]) -> NoteToSign:
    """A note to sign with interest and 240 instalments: BDT 300,000 and a tenth of it."""
    note = made["promissory_note"]
    assert isinstance(note, NoteToSign)
    rows = tuple(
        Instalment(
            number,
            date(2027 + number // 12, number % 12 + 1, 1),
            Money(137_500, "BDT"),
            Money(12_500, "BDT"),
            Money(137_500 * (240 - number), "BDT"),
        )
        for number in range(1, 241)
    )
    return replace(note, principal=Money(30_000_000, "BDT"), instalments=rows)


def named(value: Certificate, script: str) -> Certificate:
    """The same certificate for somebody whose name is written in `script`."""
    name, native, language = NAMES[script]
    return replace(value, person=replace(value.person, name=name, native_name=native, native_language=language))


def _checks() -> tuple[Certificate, ...]:
    accepted = date(2027, 1, 20)
    return (
        DocumentPreparationRecord(
            head=head("DOC-2027-000418", "Document preparation record", "Procesverbal i përgatitjes së dokumenteve"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Arta Gashi", "Caseworker"),
            outcome=Outcome("All papers accepted", date(2027, 9, 1)),
            contents=(
                ContentsItem(
                    "Passport",
                    "••••• 425",
                    "Ministry of Internal Affairs",
                    date(2021, 5, 4),
                    date(2031, 5, 3),
                    accepted,
                ),
                ContentsItem("Birth certificate", "••••• 118", "Municipality of Pristina", None, None, accepted),
                ContentsItem("Employment contract", "••••• 031", "Bau Süd GmbH", date(2026, 12, 1), None, accepted),
                ContentsItem(
                    "School certificate",
                    "••••• 552",
                    "Gymnasium Prizren",
                    None,
                    None,
                    accepted,
                    country="Kosovo",
                    issued="2003",
                    expires="May 2031",
                    certified="sworn translation into German; apostille of 3 Feb 2027",
                ),
                ContentsItem("Photograph", "", "", date(2027, 1, 10), None, accepted),
            ),
            remarks=(
                "Certified translation of the birth certificate to be handed in by 1 June 2027 (reference 12/27).",
            ),
            settled="Differences between these papers were explained and settled, the reasons are on file: Name.",
            second_settled="Dallimet ndërmjet këtyre dokumenteve u shpjeguan dhe u zgjidhën: Emri.",
        ),
        SecurityClearance(
            head=head("SEC-2027-000418", "Security clearance statement", "Deklaratë e kontrollit të sigurisë"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Blerim Krasniqi", "Security officer"),
            outcome=Outcome("No objection to travel", date(2027, 8, 1)),
            screened_on=date(2027, 3, 10),
            lists=(
                ScreenedList("United Nations Security Council consolidated list", "9 March 2027"),
                ScreenedList("National list", "2027-03-01"),
            ),
            police_certificates=(
                PoliceCertificate("Kosovo", "Kosovo Police", date(2027, 2, 1)),
                PoliceCertificate("Switzerland", "Federal Office of Justice", date(2027, 2, 17)),
            ),
        ),
    )


def _abilities() -> tuple[Certificate, ...]:
    return (
        QualificationStatement(
            head=head("QUA-2027-000418", "Statement of qualifications", "Deklaratë e kualifikimeve"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Arta Gashi", "Caseworker"),
            outcome=Outcome("Qualified as a bricklayer; German at level A2"),
            decisions=(
                QualificationDecision(
                    "Diploma",
                    "Vocational diploma, bricklayer, 2004",
                    "Recognised in part",
                    date(2027, 1, 9),
                    "Shkolla e Mesme Teknike, Kosovo",
                    "ISCED 2011, level 3",
                    "Handwerkskammer Dresden",
                ),
                QualificationDecision(
                    "Language", "German, telc A2, tested 4 November 2026", "Level A2 or above", date(2027, 1, 9)
                ),
                QualificationDecision(
                    "Professional ability", "14 years of experience and a trade test", "Confirmed", date(2027, 1, 30)
                ),
            ),
        ),
        TrainingCertificate(
            head=head("TRA-2027-000102", "Training certificate", "Certifikatë trajnimi"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Arta Gashi", "Caseworker"),
            outcome=Outcome("Completed with success"),
            courses=(
                Course(
                    "German for building sites, A2",
                    "Qendra e Gjuhëve, Prishtinë",
                    160,
                    date(2026, 11, 2),
                    date(2027, 1, 29),
                    "Passed, 78 of 100",
                ),
                Course(
                    "Safety at height",
                    "Qendra e Aftësimit Profesional",
                    16,
                    date(2027, 2, 1),
                    date(2027, 2, 2),
                    "Passed",
                ),
            ),
        ),
    )


def _preparation() -> tuple[Certificate, ...]:
    modules = ("Rights at work", "Contract and wages", "Health and safety", "Money and sending money home", "Travel")
    return (
        FitnessCertificate(
            head=head("MED-2027-000418", "Certificate of medical fitness", "Certifikatë e aftësisë shëndetësore"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Teuta Berisha", "Medical officer"),
            outcome=Outcome("Fit to travel and to work as a bricklayer", date(2027, 9, 9)),
            clinic="Poliklinika Dardania, Prishtinë",
            accreditation="XK-0117",
            physician="Dr. Teuta Shala",
            licence="4471",
            examined_on=date(2027, 3, 9),
        ),
        OrientationCertificate(
            head=head("ORI-2027-000418", "Orientation certificate", "Certifikatë orientimi"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Arta Gashi", "Caseworker"),
            outcome=Outcome("The whole curriculum was attended"),
            provider="Labour Mobility Office Pristina",
            modules=tuple(AttendedModule(title, 90, date(2027, 2, 8)) for title in modules),
        ),
        GeneralRecord(
            head=head("AUT-2027-000418", "Record of authorisation", "Procesverbal i autorizimit"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Arta Gashi", "Caseworker"),
            outcome=Outcome("Visa granted", date(2027, 7, 14)),
            statement="The authorities named below have allowed the person to enter and to work.",
            facts=(
                StatedFact("Pre-approval", "Federal Employment Agency, 14 January 2027"),
                StatedFact("Visa lodged", "2 February 2027, German Embassy Pristina"),
                StatedFact("Visa", "from 15 April 2027 until 14 July 2027"),
            ),
        ),
    )


def _letter() -> Letter:
    return Letter(
        head=head("LET-2027-000012", "Letter of decision", "Vendim"),
        issuer=ISSUER,
        person=replace(PERSON, photo=None),
        officer=Officer("Vjosa Morina", "Supervisor"),
        outcome=Outcome("Your participation in this programme was refused"),
        decided_on=date(2027, 3, 10),
        authority="German Embassy Pristina",
        what="",
        reason="The authority of the country of destination refused the visa or the permit.",
        words=(
            "The embassy could not confirm that the contract offers the wage of comparable workers.",
            "A new contract with a higher wage can be handed in at any time.",
        ),
        appeal_to="Labour Mobility Office Pristina, Rr. Nënë Tereza 1, 10000 Prishtina",
        appeal_until=date(2027, 4, 11),
    )


def _money_and_travel() -> tuple[Certificate, ...]:
    principal = Money(100_000, "EUR")
    due = [date(2027, 10, 1) + timedelta(days=31 * month) for month in range(12)]
    return (
        PromissoryNote(
            head=head("LOA-2027-000077", "Promissory note", "Premtim-pagesë"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Luan Hoxha", "Loan officer"),
            outcome=Outcome("EUR 1,000.00 lent without interest"),
            lender="Migrant Workers' Travel Fund",
            principal=principal,
            instalments=tuple(
                Instalment(number, day.replace(day=1), amount)
                for number, (day, amount) in enumerate(zip(due, principal.split(12), strict=True), start=1)
            ),
            terms=("No interest and no fees.", "The first instalment is due six months after departure."),
            signatures=(SignatureLine("Gëzim Ahmeti", "Borrower", date(2027, 3, 11)), SignatureLine("", "Witness")),
        ),
        DepartureClearance(
            head=head("DEP-2027-000391", "Departure clearance", "Leje nisjeje"),
            issuer=ISSUER,
            person=PERSON,
            officer=Officer("Vjosa Morina", "Supervisor"),
            outcome=Outcome("Cleared for departure", date(2027, 4, 20)),
            departs_on=date(2027, 4, 20),
            destination="Stuttgart, Germany",
            employer="Bau Süd GmbH",
            stages=STAGES,
            itinerary=(
                Leg(date(2027, 4, 20), "Pristina (PRN)", "Vienna (VIE)", "OS 770"),
                Leg(date(2027, 4, 20), "Vienna (VIE)", "Stuttgart (STR)", "OS 177"),
            ),
            remarks=("Second police certificate waived by the Ministry until 30 April 2027 (reference 88/27).",),
        ),
        CompletionCertificate(
            head=head("COM-2027-000012", "Certificate of completion", "Certifikatë përfundimi"),
            issuer=ISSUER,
            person=replace(PERSON, track="home", photo=None),
            officer=Officer("Vjosa Morina", "Supervisor"),
            outcome=Outcome("Home track completed"),
            completed_on=date(2027, 3, 12),
            stages=(*STAGES[:4], FinishedStage("Medical", "", None, None, "not asked on this track")),
        ),
    )
