"""What a certificate costs: `python benchmarks/certificates.py [--count N] [--memory N]`.

One page with a table, a photograph and a QR code, PDF/A-3a and PDF/UA-1, made three ways in turn: as a program would
that knows WeasyPrint and pyHanko but nothing of this page; by us; and a like page by typst. Milliseconds of one core
(processor time, the median of many), so that ratios hold on a busy machine too. Each document bears another name.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Literal

import psutil
import segno
import weasyprint
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.functions import sign_pdf
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata

from documents.credentials.proofs import Proofs
from documents.keys import KEY_FILE, Signer, load_signer, make_installation_key
from documents.pdf import renderer_versions
from documents.rendering import render, render_html
from documents.signing import check_signature, sign
from documents.template_history import TEMPLATES
from documents.values import Certificate, DocumentPreparationRecord
from tests.documents.samples import NAMES, named, photo, proofs_of, samples
from tests.support.pyhanko import pyhanko_signer
from workflows.rendering import RENEWED_AFTER, start_worker, tidy

TYPST = Path(__file__).with_suffix(".typ")
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
WHITE_MEGABYTES, REACH_MEGABYTES = 1_000_000, 200


@dataclass(frozen=True)
class Making:
    """What is needed to make certificates of one kind in a process."""

    value: Certificate
    proofs: Proofs
    signer: Signer

    def of(self, number: int) -> Certificate:
        person = replace(self.value.person, name=f"{self.value.person.name} {number}")
        return replace(self.value, person=person)

    def rendered(self, number: int) -> bytes:
        return render(self.of(number), self.proofs)

    def signed(self, pdf: bytes) -> bytes:
        return sign(pdf, self.signer, officer=self.value.officer, signed_at=datetime.now(UTC))


def making(folder: Path) -> Making:
    """With the key in `folder`, which is made where there is none."""
    if not (folder / KEY_FILE).exists():
        make_installation_key(folder, "Benchmark", datetime.now(UTC))
    (value,) = (one for one in samples() if isinstance(one, DocumentPreparationRecord))
    value = replace(value, head=replace(value.head, specimen=False))
    return Making(value, proofs_of(value), load_signer(folder / KEY_FILE))


class Naive:
    """`HTML(string=...).write_pdf(...)`, then pyHanko's `sign_pdf`, on our page and style. The key is read once."""

    def __init__(self, of: Making) -> None:
        style = (TEMPLATES / "certificate.css").read_text("utf-8")
        page = render_html(of.value, of.proofs.code)
        self._page = page.replace("</head>", f"<style>{style}</style></head>")
        self._name = of.value.person.name
        self._signer = pyhanko_signer(of.signer)

    def rendered(self, number: int) -> bytes:
        page = self._page.replace(self._name, f"{self._name} {number}")
        pdf: bytes = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-3a")
        return pdf

    def signed(self, pdf: bytes) -> bytes:
        metadata = PdfSignatureMetadata(field_name="Issuer", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        output = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, self._signer)
        return bytes(output.getbuffer())


class Typst:
    """A like page, its pictures made beforehand; compiled by one call a document, or by a compiler that is kept."""

    def __init__(self, of: Making, folder: Path) -> None:
        self._source = folder / TYPST.name
        self._source.write_bytes(TYPST.read_bytes())
        (folder / "photo.jpg").write_bytes(photo())
        segno.make(of.proofs.code, error="m", micro=False).save(str(folder / "code.png"), scale=4, border=2)
        import typst  # here, for the workers do not need it

        self._compile = typst.compile
        self._compiler = typst.Compiler(str(self._source))
        self._of = of

    def compiled(self, number: int) -> bytes:
        return _one(self._compile(str(self._source), sys_inputs=self._facts(number), pdf_standards=[*STANDARDS]))

    def kept(self, number: int) -> bytes:
        return _one(self._compiler.compile(sys_inputs=self._facts(number), pdf_standards=[*STANDARDS]))

    def _facts(self, number: int) -> dict[str, str]:
        value = self._of.of(number)
        assert isinstance(value, DocumentPreparationRecord)
        head, person = value.head, value.person
        day = "%-d %b %Y"
        facts = {
            "issuer": value.issuer.name,
            "programme": value.issuer.programme_title,
            "version": f"Programme version {value.issuer.programme_version}",
            "number": head.number,
            "issued": f"{head.issued_on:%-d %B %Y}",
            "title": head.title,
            "second_title": head.second_title,
            "statement": "The papers listed below were verified and accepted under this programme.",
            "name": person.name,
            "passport_name": person.passport_name,
            "person": [
                ["Date of birth", f"{person.birth_date:%-d %B %Y}"],
                ["Nationality", person.nationality],
                ["Passport", person.passport_hint],
                ["Sex", person.sex],
                ["Occupation", person.occupation],
                ["Track", person.track],
            ],
            "heads": ["Paper", "Number", "Issued by", "Issued", "Expires", "Accepted"],
            "rows": [
                [
                    item.item,
                    item.number_hint,
                    item.issuer,
                    *(f"{on:{day}}" if on else "" for on in (item.issued_on, item.expires_on, item.accepted_on)),
                ]
                for item in value.contents
            ],
            "outcome": value.outcome.text,
            "valid_until": f"{value.outcome.valid_until:%-d %B %Y}",
            "remarks": list(value.remarks),
            "officer": value.officer.name,
            "officer_title": value.officer.title,
            "address": head.verify_url,
        }
        return {"facts": json.dumps(facts)}


def _one(made: bytes | list[bytes] | None) -> bytes:
    assert isinstance(made, bytes)
    return made


def timed(step: Callable[[], bytes], times: list[float]) -> bytes:
    began = time.process_time()
    result = step()
    times.append((time.process_time() - began) * 1000)
    return result


def in_turn(of: Making, other: Naive, page: Typst, count: int) -> dict[str, float]:
    """Milliseconds of each step, the ways taken in turn so that what else the machine does strikes all of them."""
    times: dict[str, list[float]] = {}
    for number in range(-2, count):  # the first two are not counted: a process makes many
        taken: dict[str, list[float]] = {
            name: [] for name in ("naive", "naive sign", "ours", "ours sign", "typst", "kept")
        }
        pdf = timed(lambda n=number: other.rendered(n), taken["naive"])  # type: ignore[misc]
        timed(lambda p=pdf: other.signed(p), taken["naive sign"])  # type: ignore[misc]
        pdf = timed(lambda n=number: of.rendered(n), taken["ours"])  # type: ignore[misc]
        done = timed(lambda p=pdf: of.signed(p), taken["ours sign"])  # type: ignore[misc]
        timed(lambda n=number: page.compiled(n), taken["typst"])  # type: ignore[misc]
        timed(lambda n=number: page.kept(n), taken["kept"])  # type: ignore[misc]
        if number < 0:
            assert check_signature(done, [of.signer.certificate_pem]) is None
            continue
        for name, values in taken.items():
            times.setdefault(name, []).extend(values)
    return {name: median(values) for name, values in times.items()}


_made: list[Making] = []


def begin_worker(folder: str) -> None:
    start_worker()
    _made.append(making(Path(folder)))
    make_some(0, 1)


def make_some(first: int, count: int) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    for number in range(first, first + count):
        _made[0].signed(_made[0].rendered(number))
        tidy()
    return time.process_time() - began


def make_mixed(first: int, count: int) -> float:
    """Certificates of every kind and script; the worker's memory (RSS) in megabytes afterwards."""
    values, scripts = samples(), tuple(NAMES)
    for number in range(first, first + count):
        value = named(values[number % len(values)], scripts[number % len(scripts)])
        value = replace(value, person=replace(value.person, name=f"{value.person.name} {number}"))
        _made[0].signed(render(value, _made[0].proofs))
        tidy()
    return float(psutil.Process().memory_info().rss) / WHITE_MEGABYTES


@contextmanager
def workers(folder: Path, count: int) -> Iterator[ProcessPoolExecutor]:
    spawn = get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=begin_worker, initargs=(str(folder),)) as pool:
        for ready in [pool.submit(time.sleep, 0.5) for _each in range(count)]:
            ready.result()
        yield pool


@dataclass(frozen=True)
class Speed:
    """Certificates a second, by the clock on the wall, and by processor time as if no other program had run."""

    wall: float
    free: float


def speed(pool: ProcessPoolExecutor, size: int, count: int) -> Speed:
    began = time.perf_counter()
    seconds = [job.result() for job in [pool.submit(make_some, first, 2) for first in range(0, count, 2)]]
    made = 2 * len(seconds)
    return Speed(made / (time.perf_counter() - began), size * made / sum(seconds))


def throughput(folder: Path, count: int, rounds: int) -> tuple[Speed, Speed]:
    """The middle of some rounds with one worker and with two, in turn."""
    with workers(folder, 1) as one, workers(folder, 2) as two:
        pairs = [(speed(one, 1, count), speed(two, 2, 2 * count)) for _round in range(rounds)]
    return middle([first for first, _second in pairs]), middle([second for _first, second in pairs])


def middle(speeds: list[Speed]) -> Speed:
    return Speed(median(one.wall for one in speeds), median(one.free for one in speeds))


def memory(folder: Path, count: int) -> None:
    """A worker makes many certificates of all kinds, and another takes its place when it does in a pool of ours."""
    print(f"\n{'certificates':>14}{'RSS in MB':>12}")
    done = 0
    while done < count:
        until = min(count, done + RENEWED_AFTER)
        with workers(folder, 1) as pool:
            for at in dict.fromkeys((done + (until - done) // 4, done + (until - done) // 2, until)):
                megabytes = pool.submit(make_mixed, done, at - done).result()
                done = at
                print(f"{done:>14}{megabytes:>12.1f}", flush=True)
    print(f"{'reach':>14}{'under ' + str(REACH_MEGABYTES):>12}")


def table(of: dict[str, float], one: Speed, two: Speed) -> None:
    naive, ours = of["naive"] + of["naive sign"], of["ours"] + of["ours sign"]
    print(f"\n{'CPU ms per certificate':<26}{'naive':>9}{'ours':>9}{'ratio':>8}   reach")
    print(f"{'render + sign':<26}{naive:>9.1f}{ours:>9.1f}{ours / naive:>8.2f}   at most 0.50 of naive")
    print(f"{'  render':<26}{of['naive']:>9.1f}{of['ours']:>9.1f}{of['ours'] / of['naive']:>8.2f}")
    print(f"{'  sign':<26}{of['naive sign']:>9.1f}{of['ours sign']:>9.1f}{of['ours sign'] / of['naive sign']:>8.2f}")
    print(f"{'':<26}{'typst':>9}{'ours':>9}{'ratio':>8}")
    print(f"{'render':<26}{of['typst']:>9.1f}{of['ours']:>9.1f}{of['ours'] / of['typst']:>8.2f}   at or below typst")
    print(f"{'  its compiler kept':<26}{of['kept']:>9.1f}{of['ours']:>9.1f}{of['ours'] / of['kept']:>8.2f}")
    print(f"\n{'certificates a second':<26}{'1 worker':>9}{'2':>9}{'ratio':>8}")
    print(f"{'by processor time':<26}{one.free:>9.1f}{two.free:>9.1f}{two.free / one.free:>8.2f}   1.8")
    clock = f"by the clock, load {os.getloadavg()[0]:.1f}"
    print(f"{clock:<26}{one.wall:>9.1f}{two.wall:>9.1f}{two.wall / one.wall:>8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=12, help="documents each way")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of one worker and two")
    parser.add_argument("--memory", type=int, default=200, help="certificates for the memory; the reach is of 10000")
    given = parser.parse_args()
    print("  ".join(f"{name} {version}" for name, version in renderer_versions().items() if "noto" not in name.lower()))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        of = making(folder)
        measured = in_turn(of, Naive(of), Typst(of, folder), given.count)
        one, two = throughput(folder, given.count, given.rounds)
        table(measured, one, two)
        memory(folder, given.memory)


if __name__ == "__main__":
    main()
