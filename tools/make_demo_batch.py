"""Writes `cli/demo_data/kosovo-construction-60.csv` and `watchlist.csv`: synthetic people, the same on every run.

python -m tools.make_demo_batch
"""

from __future__ import annotations

import csv
import random
import unicodedata
from datetime import date, timedelta
from pathlib import Path

from casework.evidence.mrz import emit_td3
from cli.demo_data import BATCH_NAME, REFERENCE_DAY, WATCH_LIST_NAME

SEED = 20260115
FOLDER = Path(__file__).resolve().parents[1] / "cli" / "demo_data"
WORKERS = 60
HOME_TRACK = frozenset({3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47, 51, 55, 59})
LOANS_AT_HOME = frozenset({7, 31})
BEGINNERS = frozenset({5, 18, 33, 46})  # German A1: a gap that training has to close
ELSEWHERE = {
    4: "XK:{birth}/2015-08;DE:2015-09/2018-02;XK:2018-03/",
    13: "XK:{birth}/2017-04;MK:2017-05/2020-10;XK:2020-11/",
    26: "AL:{birth}/2009-06;XK:2009-07/",
    38: "XK:{birth}/2014-01;CH:2014-02/2016-12;IT:2017-01/2019-05;XK:2019-06/",
    52: "XK:{birth}/2021-03;SI:2021-04/2023-09;XK:2023-10/",
}
LISTED = 22  # the worker whom an entry of the watch list resembles
MEN = (
    "Agim Agron Alban Arben Ardian Arsim Astrit Avni Bashkim Bekim Besnik Blerim Burim Çlirim Dardan Driton Edon "
    "Fatmir Fisnik Florim Gëzim Granit Ilir Kushtrim Labinot Liridon Luan Mentor Naim Përparim Rinor Shkëlzen Valon"
).split()
WOMEN = "Albulena Arta Besa Blerta Donika Drita Fatime Hana Lirije Mimoza Rina Shpresa Teuta Vjollca Zana".split()
FAMILIES = (
    "Ahmeti Avdiu Bajrami Berisha Bytyqi Çitaku Dervishi Elezi Fetahu Gashi Halimi Haxhiu Hoti Hyseni Istrefi "
    "Jashari Kastrati Kelmendi Krasniqi Kryeziu Limani Maloku Morina Mustafa Nuhiu Osmani Pllana Qerimi Rexhepi "
    "Rrustemi Sadiku Shala Shehu Sopa Syla Tahiri Ukaj Veliu Xhemajli Zeqiri"
).split()
PLACES = (
    "Prishtinë",
    "Prizren",
    "Pejë",
    "Gjakovë",
    "Gjilan",
    "Ferizaj",
    "Mitrovicë",
    "Vushtrri",
    "Podujevë",
    "Suharekë",
)
TRADES = (
    ("7111", "House builder"),
    ("7112", "Bricklayer"),
    ("7114", "Concrete worker"),
    ("7115", "Carpenter"),
    ("7121", "Roofer"),
    ("7122", "Tile setter"),
    ("7123", "Plasterer"),
    ("7124", "Insulation worker"),
    ("7126", "Plumber"),
    ("7131", "Painter"),
)
DIPLOMAS = (
    ("Vocational school certificate, construction", "Shkolla e Mesme Teknike, Prishtinë"),
    ("Vocational school certificate, building services", "Shkolla Teknike, Ferizaj"),
    ("Upper secondary school diploma", "Gjimnazi, Prizren"),
    ("Certificate of vocational training", "Qendra e Aftësimit Profesional, Gjilan"),
)
EMPLOYERS = ("Musterbau Nordstadt GmbH", "Beispiel Hochbau AG", "Dachwerk Probe GmbH")
TESTS = ("Goethe-Institut", "telc", "ÖSD")


def main() -> None:
    chance = random.Random(SEED)
    people = _names(chance)
    rows = [_worker(chance, number, *people[number]) for number in range(WORKERS)]
    _write(FOLDER / BATCH_NAME, rows)
    _write(FOLDER / WATCH_LIST_NAME, _watch_list(chance, rows))


def _names(chance: random.Random) -> list[tuple[str, str, str]]:
    """Sex, given name and family name: nobody has the name of another."""
    found: list[tuple[str, str, str]] = []
    while len(found) < WORKERS:
        sex = "F" if len(found) % 6 == 1 else "M"
        person = (sex, chance.choice(WOMEN if sex == "F" else MEN), chance.choice(FAMILIES))
        if person not in found:
            found.append(person)
    found[LISTED] = ("M", "Arsim", "Kryeziu")
    return found


def _worker(chance: random.Random, number: int, sex: str, given: str, family: str) -> dict[str, str]:
    birth = date(chance.randint(1979, 2005), chance.randint(1, 12), chance.randint(1, 28))
    issued = REFERENCE_DAY - timedelta(days=chance.randint(200, 2200))
    expires = issued.replace(year=issued.year + 10) - timedelta(days=1) if issued.day < 29 else issued
    if expires == issued:
        issued = issued.replace(day=28)
        expires = issued.replace(year=issued.year + 10) - timedelta(days=1)
    passport = chance.choice("KPR") + f"{chance.randint(0, 99_999_999):08}"
    code, title = chance.choice(TRADES)
    diploma, school = chance.choice(DIPLOMAS)
    at_home = number in HOME_TRACK
    born = f"{birth:%Y-%m}"
    first, second = emit_td3(
        issuer="RKS",
        family_name=family,
        given_names=given,
        document_number=passport,
        nationality="RKS",
        birth_date=birth,
        sex=sex,
        expires_on=expires,
    )
    return {
        "Agency reference": f"BB-{number + 1:04}",
        "Family name": family,
        "Given names": given,
        "Sex": sex,
        "Date of birth": birth.isoformat(),
        "Place of birth": chance.choice(PLACES),
        "Nationality": "Kosovo",
        "Passport number": passport,
        "Passport issued on": issued.isoformat(),
        "Passport expires on": expires.isoformat(),
        "MRZ line 1": first,
        "MRZ line 2": second,
        "Mobile phone": f"+383 4{chance.choice('4589')} {chance.randint(100, 999)} {chance.randint(100, 999)}",
        "E-mail": f"{_ascii(given)}.{_ascii(family)}{number + 1}@example.org",
        "Next of kin": f"{chance.choice(MEN + WOMEN)} {family}",
        "Next of kin phone": f"+383 4{chance.choice('4589')} {chance.randint(100, 999)} {chance.randint(100, 999)}",
        "Residence history": ELSEWHERE.get(number, "XK:{birth}/").format(birth=born),
        "Occupation (ISCO-08)": code,
        "Job title": title,
        "Job order": f"JO-{chance.randint(1, 6):03}",
        "Employer": chance.choice(EMPLOYERS),
        "Track": "home" if at_home else "away",
        "Diploma": diploma,
        "Diploma institution": school,
        "Diploma year": str(birth.year + chance.randint(18, 20)),
        "Language": "German",
        "Language level (CEFR)": "A1" if number in BEGINNERS else chance.choice(("A2", "A2", "B1", "B1", "B2")),
        "Language test": chance.choice(TESTS),
        "Language tested on": (REFERENCE_DAY - timedelta(days=chance.randint(30, 300))).isoformat(),
        "Years of experience": str(chance.randint(2, max(2, REFERENCE_DAY.year - birth.year - 19))),
        "Planned departure": (REFERENCE_DAY + timedelta(days=chance.randint(150, 220))).isoformat(),
        "Travel loan requested (EUR)": _loan(chance, number, at_home=at_home),
        "Consent to data processing": "yes",
    }


def _loan(chance: random.Random, number: int, *, at_home: bool) -> str:
    """28 of the 45 who leave, and two who stay (which is a warning)."""
    away_before = number - sum(other < number for other in HOME_TRACK)
    asks = number in LOANS_AT_HOME if at_home else away_before % 45 < 28
    return str(chance.choice((300, 450, 600, 800, 950, 1200, 1500, 1650.5, 1800, 2000))) if asks else ""


def _ascii(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if c.isascii() and c.isalpha())


def _watch_list(chance: random.Random, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Entry 1 is like a worker in name and birth date; entry 2 shares a name only; the others are strangers."""
    listed = rows[LISTED]
    near = date.fromisoformat(listed["Date of birth"]) + timedelta(days=1)
    entries = [
        (
            "Arsim KRYEZIU",
            "Arsim Krieziu;~Simi",
            near.isoformat(),
            "XK",
            "M",
            "Synthetic: very like a worker of the batch",
        ),
        (
            f"{rows[30]['Given names']} {rows[30]['Family name'].upper()}",
            "",
            str(int(rows[30]["Date of birth"][:4]) - 31),
            "AL;IT",
            "M",
            "Synthetic: shares a name with a worker, and nothing else",
        ),
    ]
    first_parts = (
        "Viktor Darko Yusef Marcel Ivo Karim Anton Selim Boris Rashid Emil Nadir Pavel Omar Leon Farid".split()
    )
    last_parts = "Testov Sampleff Fiktivsky Al-Mithal Imaginez Nonesuch Beispielov Musterski Quimera Ghostani".split()
    while len(entries) < 40:
        given, family = chance.choice(first_parts), chance.choice(last_parts)
        name = f"{given} {family.upper()}"
        if any(name == entry[0] for entry in entries):
            continue
        year = chance.randint(1950, 1995)
        birth = chance.choice(
            (str(year), f"{year}-{chance.randint(1, 12):02}", f"{year}-03-{chance.randint(1, 28):02}", "")
        )
        alias = chance.choice(("", "", f"{given[:4]} {family}", f"~{given}"))
        countries = chance.choice(("RU", "SY", "LY;TN", "XK;AL", "BA", "IQ", ""))
        entries.append((name, alias, birth, countries, chance.choice(("M", "M", "")), "Synthetic"))
    header = ("name", "aliases", "birth_date", "nationalities", "sex", "remarks")
    return [
        {"reference": f"DEMO-{number:03}", **dict(zip(header, entry, strict=True))}
        for number, entry in enumerate(entries, start=1)
    ]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
