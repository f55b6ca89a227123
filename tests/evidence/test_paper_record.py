"""What the document preparation record says of papers: as precise as they are, and without the values that differed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import differing
from casework.cases.differing import Settle
from casework.database import Database
from casework.evidence import service as evidence
from casework.evidence.consistency import Compared
from casework.evidence.papers import Holder
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, Legalisation, Translation
from checklists.catalogue import Catalogue
from documents import assemble_papers
from documents.archive import LocalArchive
from documents.languages import language, writing
from tests.evidence.making import picture
from tests.support import factories
from tests.support.factories import World


@pytest.mark.parametrize(
    ("tag", "certified", "in_part"),
    [
        ("en", "sworn translation into German; apostille of 2 Apr 2026", "May 2031"),
        ("de", "beglaubigte Übersetzung, Sprache: Deutsch; Apostille vom 02.04.2026", "Mai 2031"),
        ("fr", "traduction assermentée, langue : allemand; apostille du 2 avr. 2026", "mai 2031"),
    ],
)
def test_translation_legalisation_and_a_month_are_said_in_the_language_of_the_document(
    tag: str, certified: str, in_part: str
) -> None:
    item = EvidenceItem(
        case_id=new_id(),
        worker_id=new_id(),
        kind="school_certificate",
        days={},
        attributes={},
        checks={},
        recorded_at=datetime(2026, 11, 2, tzinfo=UTC),
        recorded_by="engine",
        partial_days={"expires_on": "2031-05"},
        translation=Translation.SWORN,
        translation_language="de",
        legalisation=Legalisation.APOSTILLE,
        legalised_on=date(2026, 4, 2),
    )
    written = language(tag)
    assert written is not None
    with writing(written):
        assert assemble_papers.certified(item) == certified
        assert assemble_papers.in_part(item, "expires_on") == in_part
        assert assemble_papers.in_part(item, "issued_on") == ""


def test_settled_differences_are_named_by_their_field_in_both_languages(
    database: Database, world: World, tmp_path: Path
) -> None:
    with database.write(ENGINE) as work:
        case = factories.case(work, world.office)
    command = AddEvidence(
        case_id=case.id,
        kind="employment_contract",
        holder=Holder(family_name="Krasniqidemo", given_names="Arbenta", birth_date="1994"),
        file=picture(),
    )
    item = database.run(world[Role.CASEWORKER], evidence.add, LocalArchive(tmp_path / "files"), command)
    for field in (Compared.NAMES, Compared.BIRTH_DATE):
        said = Settle(case_id=case.id, field=field, source=str(item.id), reason="misprint")
        database.run(world[Role.SUPERVISOR], differing.settle, Catalogue.load(), said)
    with database.write(ENGINE) as work:
        first, second = assemble_papers.settled(work, case, [item], language("de"))
        assert assemble_papers.settled(work, case, [], None) == ("", "")
    assert first.endswith("the reasons are on file: Name, Date of birth.")
    assert second.endswith("aktenkundig: Name, Geburtsdatum.")
    assert "Krasniqi" not in first + second
