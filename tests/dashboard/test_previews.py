"""Pages of documents that are made for the dashboard in a process of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from filelock import FileLock
from pypdf import PdfReader
from sqlmodel import select

from basis.errors import InvalidInput, Unavailable
from casework.audit.tables import AuditEvent
from casework.cases import correcting
from casework.cases.correcting import Correct
from casework.certificates.rules import REVOKE_REASONS
from casework.certificates.tables import Certificate
from casework.settings import Settings
from dashboard import addresses
from documents import apart, kept_gallery
from documents.apart import Made, Wanted, in_child
from documents.credentials.proofs import Proofs
from documents.languages import ENGLISH, language
from documents.rendering import render
from documents.specimens import specimens
from documents.values import KINDS
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.support.errors import error


def reopened(site: Bench) -> str:
    """Revoke the certificate of a stage, so that everything is there for the next one; the stage's preview."""
    with site.installation.database.read() as session:
        row = session.exec(select(Certificate).where(Certificate.kind == "orientation")).one()
    command = Correct(certificate_id=row.id, reason=next(iter(REVOKE_REASONS)))
    site.installation.database.run(site.cast["mira"], correcting.revoke, site.installation.catalogue, command)
    return addresses.case(case_of(site).id, "stages", "orientation", "preview")


def made(site: Bench) -> int:
    with site.installation.database.read() as session:
        return len(session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.previewed")).all())


def test_whoever_may_sign_a_stage_off_sees_its_document_first(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    case = addresses.case(case_of(site).id)
    with site.visit("mira") as supervisor:
        assert "/preview" not in supervisor.get(case)
        supervisor.get(f"{case}/stages/orientation/preview", 403)
        address = reopened(site)
        assert address in supervisor.get(case)
        answer = supervisor.client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    words = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "PREVIEW" in words
    assert made(site) == 1


def test_nobody_else_gets_a_preview_and_nothing_of_the_try_stays(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    address = reopened(site)
    for name in ("arta", "luan", "teuta", "ilir", "agron", "audit", "admin"):
        with site.visit(name) as person:
            assert person.client.get(address).status_code in (403, 404), name
            assert address not in person.client.get(addresses.case(case_of(site).id)).text
    with site.visit("mira") as supervisor:
        supervisor.get(address.replace("orientation", "nothing"), 404)
    assert made(site) == 0


def test_the_gallery_shows_every_kind_in_the_languages_chosen_to_administrators_and_auditors(played: Bench) -> None:
    settings, value = played.installation.settings, specimens(ENGLISH)["documents"]
    page = render(value, Proofs(b"{}", "x"))

    def alike(wanted: Sequence[Wanted]) -> Made:
        """The same page for every kind: how each looks is tried in tests/documents."""
        return Made((page,) * len(wanted), {})

    german = language("de") or ENGLISH
    folder = kept_gallery.folder(settings, alike, german, None, "latin")
    assert {path.stem for path in folder.iterdir()} == {*KINDS}
    chosen = addresses.query(addresses.GALLERY, first="de", script="latin")
    for name in ("audit", "admin"):
        with played.visit(name) as person:
            shown = person.get(chosen)
            assert all(
                addresses.specimen(f"{kind}.pdf", "de", "", "latin").replace("&", "&amp;") in shown for kind in KINDS
            )
            answer = person.client.get(addresses.specimen("departure.pdf", "de", "", "latin"))
            assert (answer.content, answer.headers["content-type"]) == (page, "application/pdf")
            for wrong in ("..%2Fdone.pdf", "nothing.pdf", "departure.exe"):
                assert person.client.get(f"/gallery/{wrong}?first=de").status_code == 404
            person.get(addresses.query(addresses.GALLERY, first="xx"), 422)
            assert addresses.GALLERY in person.get(addresses.DOCUMENTS if name == "audit" else addresses.USERS)
    for name in ("arta", "mira", "luan", "agron"):
        with played.visit(name) as person:
            person.get(chosen, 403)
            person.get(addresses.specimen("departure.pdf", "de", "", "latin"), 403)


def test_only_the_newest_galleries_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_gallery, "MOST_KEPT", 2)
    monkeypatch.setenv("PATH", "")  # without poppler there are no pictures

    def blank(wanted: Sequence[Wanted]) -> Made:
        return Made((b"%PDF",) * len(wanted), {})

    made = [
        kept_gallery.folder(Settings(home=tmp_path), blank, ENGLISH, None, script)
        for script in ("latin", "arabic", "thai")
    ]
    assert {path.name for path in made[2].iterdir()} == {f"{kind}.pdf" for kind in KINDS}
    assert made[2].is_dir()
    assert sum(path.is_dir() for path in made) == 2


@pytest.fixture
def wanted() -> Wanted:
    value = specimens(ENGLISH)["documents"]
    return Wanted(value, Proofs(b"{}", "x"))


def test_one_page_is_made_at_a_time(tmp_path: Path, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WAITS", 0.05)
    settings = Settings(home=tmp_path)
    settings.cache.mkdir()
    with FileLock(settings.cache / "rendering.lock"), error(Unavailable, "rendering_busy"):
        in_child(settings)([wanted])


@pytest.mark.deep
def test_what_the_child_says_is_wrong_is_said_here(tmp_path: Path, wanted: Wanted) -> None:
    person = replace(wanted.value.person, photo=b"no picture")
    broken = replace(wanted, value=replace(wanted.value, person=person))
    with error(InvalidInput, "unreadable_photo"):
        in_child(Settings(home=tmp_path))([broken])
