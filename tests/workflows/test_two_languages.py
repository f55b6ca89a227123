from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader

from casework.certificates import service as register
from checklists.programme import StageKind
from documents.encoding import from_json
from tests.support.stage import AWAY, HOME, Stage
from tests.workflows.conftest import Theatre

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


@pytest.fixture
def stage(theatre: Theatre) -> Iterator[Stage]:
    made = theatre.copy("opened", certificate_languages="destination, worker")
    yield made
    made.installation.database.engine.dispose()


def issued(stage: Stage, reference: str) -> tuple[str, str, str, str, str]:
    """First and second language, title and second title, and the text of the page, of the case's first certificate."""
    stage.play(reference, (StageKind.DOCUMENTS,))
    row = stage.certificates(reference)[0]
    with stage.installation.database.read() as session:
        head = from_json(register.value_of(stage.installation.database.vault(session), row)).head
    text = PdfReader(BytesIO(stage.content(row))).pages[0].extract_text()
    return head.language, head.second_language, head.title, head.second_title, " ".join(text.split())


def test_a_document_is_issued_in_the_languages_of_destination_and_worker(stage: Stage) -> None:
    first, second, title, second_title, text = issued(stage, AWAY)
    assert (first, second) == ("de", "sq")
    assert (title, second_title) == ("Nachweis der Dokumentenvorbereitung", "Procesverbal i përgatitjes së dokumenteve")
    assert "Geburtsdatum Data e lindjes" in text
    assert "Reisepass" in text


def test_who_stays_gets_documents_in_the_language_of_the_country_with_english_beside_it(stage: Stage) -> None:
    first, second, _title, second_title, _text = issued(stage, HOME)
    assert (first, second, second_title) == ("sq", "en", "Document preparation record")
