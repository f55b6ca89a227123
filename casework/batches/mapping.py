"""Which column of a file is which of our fields.

By itself the mapping knows the titles that agencies use in English, Albanian, French and German,
whatever their case, accents and punctuation; a currency at the end (``Loan EUR``) and the framework in
brackets (``English (CEFR)``) are understood. An explicit mapping ``{field: header}`` comes before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.batches.languages import language
from casework.batches.rules import Finding, Severity

# field: titles, the usual ones first. Of two columns that both could be a field, the earlier title wins.
_TITLES: dict[str, str] = {
    "agency_reference": "agency reference|reference|reference number|ref|ref no|candidate id|candidate number|id"
    "|nr referencës|referenca|numri i referencës|référence|n° de référence|référence agence|referenz|referenznummer"
    "|kandidatennummer",
    "family_name": "family name|surname|last name|family names|mbiemri|nom|nom de famille|nachname|familienname|name",
    "given_names": "given names|given name|first name|first names|forename|emri|emrat|prénom|prénoms|vorname|vornamen",
    "native_family_name": "native family name|family name in native script|family name in arabic|nom en arabe"
    "|nom de famille en arabe|mbiemri në gjuhën amtare|nachname in originalschrift",
    "native_given_names": "native given names|given names in native script|given names in arabic|prénom en arabe"
    "|prénoms en arabe|emri në gjuhën amtare|vorname in originalschrift",
    "sex": "sex|gender|gjinia|sexe|genre|geschlecht",
    "birth_date": "date of birth|birth date|birthdate|dob|born on|data e lindjes|datëlindja|date de naissance|né le"
    "|née le|geburtsdatum|geboren am",
    "birth_place": "place of birth|birth place|birthplace|vendi i lindjes|vendlindja|lieu de naissance|geburtsort",
    "nationality": "nationality|citizenship|shtetësia|kombësia|nationalité|citoyenneté|staatsangehörigkeit"
    "|nationalität",
    "passport_number": "passport number|passport no|passport|number of passport|nr i pasaportës|numri i pasaportës"
    "|pasaporta|n° de passeport|numéro de passeport|passeport|passnummer|reisepassnummer|reisepass nr|pass nr",
    "passport_issued_on": "passport issued on|passport issue date|issued on|date of issue|issue date|lëshuar më"
    "|data e lëshimit|délivré le|date de délivrance|ausgestellt am|ausstellungsdatum",
    "passport_expires_on": "passport expires on|passport expiry date|expires on|date of expiry|expiry date|valid until"
    "|skadon më|data e skadimit|vlen deri|expire le|date d'expiration|valable jusqu'au|gültig bis|ablaufdatum",
    "mrz_line_1": "mrz line 1|mrz1|mrz zeile 1|ligne mrz 1|rreshti mrz 1",
    "mrz_line_2": "mrz line 2|mrz2|mrz zeile 2|ligne mrz 2|rreshti mrz 2",
    "mrz_line_3": "mrz line 3|mrz3|mrz zeile 3|ligne mrz 3|rreshti mrz 3",
    "phone": "mobile phone|phone|phone number|mobile|telephone|telefoni|nr i telefonit|celulari|téléphone|portable"
    "|telefon|telefonnummer|handy|mobiltelefon",
    "email": "email|e-mail address|posta elektronike|courriel|adresse électronique|email adresse",
    "next_of_kin": "next of kin|emergency contact|kontakti i afërm|i afërmi|personne à contacter|proche|proche parent"
    "|angehörige|nächste angehörige|notfallkontakt",
    "next_of_kin_phone": "next of kin phone|next of kin telephone|emergency contact phone|tel i kontaktit"
    "|telefoni i të afërmit|téléphone du proche|tél du proche|telefon angehörige|telefon notfallkontakt",
    "residences": "residence history|residences|countries of residence|vendbanimet|historia e vendbanimit|résidences"
    "|historique de résidence|lieux de résidence|wohnsitze|aufenthalte|aufenthaltshistorie",
    "occupation": "occupation isco08|isco08|isco|isco code|occupation code|occupation|kodi isco|code citp08|citp08|citp"
    "|code citp|beruf isco08|isco08 code|berufskennziffer",
    "job_title": "job title|position|job|profesioni|pozita|métier|profession|poste|intitulé du poste|beruf|tätigkeit"
    "|berufsbezeichnung",
    "job_order": "job order|job order number|vacancy|urdhri i punës|offre d'emploi|ordre d'emploi|stellenangebot"
    "|auftrag|auftragsnummer",
    "employer": "employer|company|punëdhënësi|kompania|employeur|entreprise|arbeitgeber|firma",
    "track": "track|rruga|drejtimi|parcours|filière|weg|programmweg",
    "destination": "destination|country of destination|destination country|host country|vendi i destinacionit"
    "|vendi pritës|destinacioni|pays de destination|pays d'accueil|zielland|bestimmungsland",
    "diploma": "diploma|qualification|degree|kualifikimi|diplôme|abschluss|diplom|qualifikation",
    "diploma_institution": "diploma institution|school|institution|university|shkolla|institucioni|établissement|école"
    "|université|schule|bildungseinrichtung|hochschule",
    "diploma_year": "diploma year|year of diploma|graduation year|year|viti|viti i diplomës|année|année du diplôme"
    "|jahr|abschlussjahr",
    "language": "language|gjuha|langue|sprache",
    "language_level": "language level cefr|language level|cefr level|cefr|level|niveli|niveli i gjuhës|niveau"
    "|niveau de langue|niveau cecr|sprachniveau|sprachniveau ger|ger niveau",
    "language_test": "language test|test|language certificate|testi|certifikata e gjuhës|test de langue|sprachtest"
    "|sprachzertifikat",
    "language_tested_on": "language tested on|language test date|tested on|test date|data e testit|date du test"
    "|testdatum|prüfungsdatum",
    "years_of_experience": "years of experience|experience|work experience|përvoja|vite përvojë|expérience"
    "|années d'expérience|berufserfahrung|jahre berufserfahrung|erfahrung",
    "planned_departure": "planned departure|departure|departure date|date of departure|nisja|data e nisjes"
    "|nisja e planifikuar|départ prévu|date de départ|départ|abreise|geplante abreise|ausreise|ausreisedatum",
    "loan_requested": "travel loan requested|loan requested|travel loan|loan|loan amount|kredia|kredia e udhëtimit"
    "|prêt demandé|prêt|prêt de voyage|darlehen|reisedarlehen|gewünschtes darlehen",
    "consent": "consent to data processing|consent|data consent|pëlqimi|consentement|accord|einwilligung|zustimmung"
    "|einwilligung datenverarbeitung",
}
FIELDS = tuple(_TITLES)
REQUIRED = (
    "agency_reference",
    "family_name",
    "given_names",
    "sex",
    "birth_date",
    "nationality",
    "passport_number",
    "passport_expires_on",
    "occupation",
    "track",
    "planned_departure",
    "consent",
)
_FRAMEWORK = re.compile(r"(.+?)[\s(]+(?:cefr|cecr|cecrl|ger|kpegj)\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`places` and `headers` by our field; `language` (ISO 639-1) where a title names it instead of a column;
    `currency` (ISO 4217) where the title of the loan names one."""

    places: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    language: str = ""
    currency: str = ""


def usual_title(name: str) -> str:
    """The usual English title of a field: ``date of birth`` for ``birth_date``. An unknown field is a KeyError."""
    return _TITLES[name].partition("|")[0]


def titles(name: str) -> str:
    """All titles of a field, ``|`` between them, the usual one first. An unknown field is a KeyError."""
    return _TITLES[name]


def key(title: str) -> str:
    """Letters and digits of a title, without case and accents: ``Nr. referencës`` is ``nrreferences``."""
    decomposed = unicodedata.normalize("NFKD", title.casefold().replace("n°", "n ").replace("№", "n "))
    return "".join(character for character in decomposed if character.isalnum())


@cache
def _known() -> dict[str, tuple[str, int]]:
    """Field and rank by the key of a title."""
    return {
        key(title): (name, rank) for name, titles in _TITLES.items() for rank, title in enumerate(titles.split("|"))
    }


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale.parse("en").currencies)


def _currency_of(title: str) -> tuple[str, str]:
    """The title without the currency at its end, and the currency."""
    match = re.fullmatch(r"(.*?)[\s(\[]+([A-Z]{3})[)\]]?", title.strip())
    if match and match[2] in _currencies():
        return match[1], match[2]
    return title, ""


def _language_of(title: str) -> str:
    """The language of a title such as ``Anglais (CECR)``, else nothing."""
    match = _FRAMEWORK.fullmatch(title.strip())
    return (language(match[1]) or "") if match else ""


def _recognise(title: str) -> tuple[str, int] | None:
    found = _known().get(key(title))
    if found is None and (bare := _currency_of(title)[0]) != title:
        found = _known().get(key(bare))
        found = found if found and found[0] == "loan_requested" else None
    if found is None and _language_of(title):
        found = ("language_level", 99)
    return found


def score(cells: Sequence[str], named: frozenset[str] = frozenset()) -> int:
    """How many fields a row's cells are titles of; `named` are the titles of an explicit mapping."""
    titles = {" ".join(cell.split()) for cell in cells}
    fields = {found[0] for title in titles if title and len(title) < 80 and (found := _recognise(title))}
    return len(fields) + len(titles & named)


def match(
    header: Sequence[str], explicit: Mapping[str, str] | None, required: Sequence[str]
) -> tuple[ColumnMap, list[Finding]]:
    """Find the column of each field, and what is wrong with the header.

    Raises `InvalidInput` for an explicit mapping that names an unknown field (``unknown_field``), a header
    that the file lacks (``unknown_column``), or one header twice (``duplicate_column``).
    """
    chosen = _explicit(header, explicit or {})
    findings: list[Finding] = []
    ranks: dict[str, int] = {}
    counts = Counter(key(title) for title in header)
    taken = set(chosen.values())
    for place, title in enumerate(header):
        found = _recognise(title) if title and place not in taken else None
        if found is None:
            if title and place not in taken:
                findings.append(_unknown(title))
            continue
        name, rank = found
        if counts[key(title)] > 1:
            if not any(finding.column == title for finding in findings):
                findings.append(_duplicate(title, name))
        elif name not in chosen or (name in ranks and rank < ranks[name]):
            chosen[name], ranks[name] = place, rank
    headers = {name: header[place] for name, place in chosen.items()}
    duplicated = {finding.field for finding in findings if finding.severity is Severity.ERROR}
    findings += [_missing(name) for name in required if name not in chosen and name not in duplicated]
    spoken = "" if "language" in chosen else _language_of(headers.get("language_level", ""))
    currency = _currency_of(headers.get("loan_requested", ""))[1]
    return ColumnMap(chosen, headers, spoken, currency), findings


def _explicit(header: Sequence[str], explicit: Mapping[str, str]) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for name, title in explicit.items():
        if name not in _TITLES:
            raise InvalidInput(
                "unknown_field",
                _("The mapping names a field that there is not: {field}.", field=name),
                _("Use one of: {fields}.", fields=", ".join(FIELDS)),
            )
        places = [place for place, text in enumerate(header) if key(text) == key(title)]
        if not places:
            raise InvalidInput(
                "unknown_column",
                _("The mapping names a column that the file does not have: {column}.", column=title),
                _("Copy the title from the file's header row."),
            )
        if len(places) > 1 or places[0] in chosen.values():
            raise InvalidInput(
                "duplicate_column",
                _("The mapping's column {column} stands for more than one column or field.", column=title),
                _("Give each column of the file its own title, and name it once."),
            )
        chosen[name] = places[0]
    return chosen


def _file_finding(
    code: str, severity: Severity, message: Message, fix: Message, *, column: str | None = None, name: str | None = None
) -> Finding:
    return Finding(None, column, name, code, severity, message, fix)


def _unknown(title: str) -> Finding:
    return _file_finding(
        "unknown_column",
        Severity.WARNING,
        _("The column {column} is not known and was left out.", column=title),
        _("Give it a known title, or name it in a mapping file, if it is needed."),
        column=title,
    )


def _duplicate(title: str, name: str) -> Finding:
    return _file_finding(
        "duplicate_column",
        Severity.ERROR,
        _("The file has more than one column {column}.", column=title),
        _("Delete one of them or give it another title."),
        column=title,
        name=name,
    )


def _missing(name: str) -> Finding:
    title = _TITLES[name].split("|", maxsplit=1)[0].capitalize()
    return _file_finding(
        "missing_column",
        Severity.ERROR,
        _("The file has no column for {field}.", field=name),
        _("Add a column with the title {title}, or name the column in a mapping file.", title=title),
        name=name,
    )
