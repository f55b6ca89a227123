"""Qualifications on the track that stays, from the need to the certificate that says what was examined."""

from __future__ import annotations

import pytest

from casework.cases import service as cases
from casework.certificates.service import value_of
from casework.qualifications import abilities, diplomas, languages, procedures, verifying
from casework.qualifications.abilities import AddExperience
from casework.qualifications.diplomas import AddDiploma
from casework.qualifications.languages import RecordLanguageTest
from casework.qualifications.procedures import OpenProcedure
from casework.qualifications.rules import QualificationOutcome, Verification
from casework.qualifications.verifying import Document, VerifyDocument
from checklists.programme import StageKind
from tests.support.stage import HOME, Stage

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


def test_a_home_worker_is_qualified_by_diploma_test_and_letters(opened: Stage) -> None:
    opened.play(HOME, (StageKind.DOCUMENTS,), issue=False)
    case, catalogue = opened.case(HOME), opened.installation.catalogue
    today = opened.installation.database.today()
    diploma = AddDiploma(
        case_id=case.id, institution="Shkolla Teknike", country="XK", title="Diplomë", isced=3, awarded=today.year - 1
    )
    recorded = opened.run("arta", diplomas.add, diploma)
    decided = OpenProcedure(
        case_id=case.id,
        diploma_id=recorded.id,
        authority="Chamber of Crafts",
        happened_on=today,
        outcome=QualificationOutcome.FULL,
    )
    opened.run("arta", procedures.begin, decided)
    test = RecordLanguageTest(case_id=case.id, language="de", test="telc A1", tested_on=today, level="A1")
    opened.run("arta", languages.record, catalogue, test)
    letter = AddExperience(
        case_id=case.id,
        employer="Ndërtimi",
        occupation=case.occupation,
        since=today.replace(year=today.year - 3, day=1),
        until=today.replace(day=1),
    )
    row = opened.run("arta", abilities.add_experience, letter)
    said = VerifyDocument(
        case_id=case.id,
        document=Document.WORK_EXPERIENCE,
        row_id=row.id,
        said=Verification.CONFIRMED,
        happened_on=today,
    )
    opened.run("arta", verifying.verify, said)
    opened.run("arta", abilities.count, catalogue, case.id)
    opened.run("arta", cases.sign_off, catalogue, case.id, "qualifications")
    opened.drain()
    (certificate,) = [one for one in opened.certificates(HOME) if one.kind == "qualifications"]
    with opened.installation.database.read() as session:
        value = value_of(opened.installation.database.vault(session), certificate)
    lines = {one["looked_at"]: one for one in value["decisions"]}
    assert lines["Diplomë"]["institution"] == "Shkolla Teknike, Kosovo"
    assert (lines["Diplomë"]["authority"], "3" in lines["Diplomë"]["level"]) == ("Chamber of Crafts", True)
    assert sorted("37" in one["decision"] for one in value["decisions"]) == [False, False, True]
