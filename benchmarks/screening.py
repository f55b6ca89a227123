"""How good and how fast screening is: `python benchmarks/screening.py [--persons N]`.

Synthetic names of six origins make a list; altered names of listed people must be found, and people who
share one name part with a listed one must not. The yardstick is rapidfuzz's `token_sort_ratio` over all
listed names in the same run, so the ratios hold on any machine.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import psutil
from rapidfuzz import fuzz, process, utils

from benchmarks.names import CULTURES, NATIONALITY, worker
from benchmarks.watchlists import entries
from casework.security.index import Index
from casework.security.lists import Kind, ListEntry, ListName
from casework.security.scoring import THRESHOLD, ScreenedPerson

POOLS = {
    "kosovo": (
        "Agron Besnik Drilon Gëzim Ilir Petrit Valon Luljeta Mimoza Teuta Arbër Shkumbin Rrezarta Vlora Blerim",
        "Krasniqi Gashi Berisha Hoxha Zeqiri Kelmendi Morina Shala Bytyqi Sefedini Rexhepi Thaçi Çollaku Gjonbalaj",
    ),
    "morocco": (
        "Ayoub Amine Youssef Khadija Rachid Abdelaziz Mustapha Hamza Zineb Abderrahim Mohamed Soufiane Houda",
        "Chraibi Berrada Bennani Tazi El-Amrani Alaoui Benjelloun El-Fassi Ouazzani Lahlou Bouazza Zerouali",
    ),
    "bangladesh": (
        "Mohammed Abdul Shafiqul Nasrin Rafiqul Jahangir Taslima Anwar Mizanur Shahidul Kamrul Farzana",
        "Rahman Hossain Uddin Miah Chowdhury Sarkar Talukder Bhuiyan Mollah Akter Howlader Sikder",
    ),
    "ukraine": (
        "Oleksandr Serhii Kateryna Volodymyr Nataliia Bohdan Yevheniia Dmytro Liudmyla Viacheslav Oksana",
        "Shevchenko Kovalenko Bondarenko Tkachuk Moroz Lysenko Hryhorenko Zakharchuk Pavlyshyn Yatsenko",
    ),
    "philippines": (
        "Jose Maria Antonio Rosario Crisanto Bernadette Rogelio Marites Ferdinand Corazon Eduardo Lourdes",
        "Santos Reyes Dela-Cruz Bautista Villanueva Macaraeg Pangilinan Dimaculangan Magsaysay Catacutan",
    ),
    "ethiopia": (
        "Abebe Tigist Dawit Hirut Bekele Selamawit Yohannes Mulugeta Tsehay Gebremariam Worku Alemitu",
        "Tesfaye Haile Wolde Gebreyesus Desta Mengistu Kebede Asfaw Teklehaimanot Zewdie Tadesse Girma",
    ),
}
VARIANTS = {
    "Mohammed": "Md.", "Mohamed": "Muhammad", "Abdelaziz": "Abd al-Aziz",
    "Abderrahim": "Abdul Rahim", "Youssef": "Yusuf", "Mustapha": "Mostafa",
    "Hossain": "Hussein", "Uddin": "Ud-Din", "Oleksandr": "Олександр",
    "Serhii": "Sergey", "Volodymyr": "Vladimir", "Dmytro": "Dmitriy",
    "Rachid": "Rashid", "Yohannes": "Johannes", "Shevchenko": "Шевченко",
}  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """A name that is screened, and the position of the listed person it must find (None: nobody)."""

    name: str
    listed: int | None


def full_names(rng: random.Random, count: int) -> list[list[str]]:
    """Different full names of two or three parts, parts as they are printed."""
    names: dict[tuple[str, ...], None] = {}
    while len(names) < count:
        given, family = (words.split() for words in rng.choice(list(POOLS.values())))
        middle = [rng.choice(given)] if rng.random() < 0.5 else []
        parts = (rng.choice(given), *middle, rng.choice(family))
        if len(set(parts)) == len(parts):
            names[parts] = None
    return [list(parts) for parts in names]


def misspelt(rng: random.Random, parts: Sequence[str]) -> list[str]:
    """One slip in the longest part: a letter left out, doubled, or exchanged with its neighbour."""
    position = max(range(len(parts)), key=lambda place: len(parts[place]))
    word = parts[position]
    at = rng.randrange(1, len(word) - 1)
    kinds = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return [*parts[:position], rng.choice(kinds), *parts[position + 1 :]]


def without_middle(_rng: random.Random, parts: Sequence[str]) -> list[str]:
    return [parts[0], parts[-1]]


def transliterated(_rng: random.Random, parts: Sequence[str]) -> list[str]:
    return [VARIANTS.get(part, part) for part in parts]


def titled(_rng: random.Random, parts: Sequence[str]) -> list[str]:
    return ["Dr.", parts[-1].upper() + ",", *parts[:-1]]


def with_patronymic(_rng: random.Random, parts: Sequence[str]) -> list[str]:
    return [parts[0], "bin", "Qasim", *parts[1:]]


ALTERATIONS: tuple[Callable[[random.Random, Sequence[str]], list[str]], ...] = (
    misspelt,
    without_middle,
    transliterated,
    titled,
    with_patronymic,
)


def trials(rng: random.Random, listed: Sequence[Sequence[str]], strangers: Sequence[Sequence[str]]) -> list[Trial]:
    """Every alteration of every listed name, and strangers; among them many who share one part with a listed name."""
    positive = [
        Trial(" ".join(alter(rng, parts)), number) for number, parts in enumerate(listed) for alter in ALTERATIONS
    ]
    return positive + [Trial(" ".join(parts), None) for parts in strangers]


def quality(cases: Sequence[Trial], found: Sequence[set[int]]) -> tuple[float, float]:
    """Precision and recall: a trial is found when the listed person is among its hits."""
    hits = sum(case.listed in hit for case, hit in zip(cases, found, strict=True) if case.listed is not None)
    wrong = sum(bool(hit) for case, hit in zip(cases, found, strict=True) if case.listed is None)
    return hits / max(1, hits + wrong), hits / sum(case.listed is not None for case in cases)


def unrelated(rng: random.Random, listed: Sequence[Sequence[str]], count: int) -> list[list[str]]:
    """People who are nobody on the list; no name is made of parts of one listed name only."""
    listed_parts = [set(parts) for parts in listed]
    pool = full_names(rng, count * 2)
    return [parts for parts in pool if not any(len(set(parts) & own) >= 2 for own in listed_parts)][:count]


def throughput(count: int) -> None:
    """Ordinary workers of eight name cultures, with birth date and nationality, against the published lists."""
    listed, said = entries()
    started = time.process_time()
    people = [entry for entry in listed if entry.kind is Kind.PERSON]
    index = Index.build(people)
    built = time.process_time() - started
    rng, workers = random.Random(17), []
    for number in range(count):
        culture = CULTURES[number % len(CULTURES)]
        born = date(1970, 1, 1) + timedelta(days=rng.randrange(12_000))
        workers.append(ScreenedPerson((worker(rng, culture).full,), "", born, NATIONALITY[culture], "M"))
    started = time.process_time()
    alerts = sum(map(bool, index.screen(workers)))
    used = time.process_time() - started
    names = sum(len(entry.names) for entry in people)
    print(f"{said}: {len(people):,} people with {names:,} names, index built in {built:.1f} s of processor time")
    print(f"{count / used:,.0f} workers a second of processor time, {alerts} alerts", end="; ")
    print(f"{psutil.Process().memory_info().rss // 2**20} MB of memory, the lists as loaded among it")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--persons", type=int, default=2000, help="strangers to screen besides the altered names")
    options.add_argument("--listed", type=int, default=300, help="people on the list")
    options.add_argument("--workers", type=int, default=5000, help="workers to compare with the published lists")
    options.add_argument("--show", type=int, default=0, help="print so many misses and wrong hits")
    chosen = options.parse_args()
    rng = random.Random(20270101)
    listed = full_names(rng, chosen.listed)
    cases = trials(rng, listed, unrelated(rng, listed, chosen.persons))
    names = [" ".join(parts) for parts in listed]
    entries = [ListEntry(f"S{number:04}", Kind.PERSON, (ListName(name),)) for number, name in enumerate(names)]

    started = time.perf_counter()
    index = Index.build(entries)
    screened = index.screen([ScreenedPerson((case.name,)) for case in cases])
    own_time = time.perf_counter() - started
    own = [{int(candidate.entry.reference[1:]) for candidate in candidates} for candidates in screened]

    started = time.perf_counter()
    folded = [utils.default_process(name) for name in names]
    plain = {}
    for cutoff in (75, 80, 85):
        plain[cutoff] = [
            {
                hit[2]
                for hit in process.extract(
                    utils.default_process(case.name),
                    folded,
                    scorer=fuzz.token_sort_ratio,
                    score_cutoff=cutoff,
                    limit=None,
                )
            }
            for case in cases
        ]
    plain_time = (time.perf_counter() - started) / len(plain)

    print(f"{len(cases)} names against {len(entries)} listed people")
    print("{:32} precision {:.3f}  recall {:.3f}".format(f"screening at {THRESHOLD}", *quality(cases, own)))
    for cutoff, found in plain.items():
        print("{:32} precision {:.3f}  recall {:.3f}".format(f"token_sort_ratio at {cutoff}", *quality(cases, found)))
    print(f"time of screening / time of token_sort_ratio: {own_time / plain_time:.2f}")
    print(f"{len(cases) / own_time:,.0f} names a second on this machine")
    throughput(chosen.workers)
    shown = 0
    for case, hit in zip(cases, own, strict=True):
        if shown < chosen.show and (case.listed not in hit if case.listed is not None else bool(hit)):
            expected = names[case.listed] if case.listed is not None else "nobody"
            print(f"  {case.name!r}: expected {expected!r}, found {[names[number] for number in sorted(hit)]}")
            shown += 1


if __name__ == "__main__":
    main()
