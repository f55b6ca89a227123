"""One key and one signed certificate for the session: making them is the slow part."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.keys import Signer, load_signer, make_installation_key
from documents.signing import sign
from documents.values import Certificate
from tests.documents.samples import rendered, samples
from tests.support.once import once

SIGNED_AT = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder: Path = tmp_path_factory.mktemp("keys")
    return load_signer(make_installation_key(folder, "Labour Mobility Office Pristina", SIGNED_AT))


@pytest.fixture(scope="session")
def certificates() -> dict[str, Certificate]:
    """One of every kind, by kind."""
    return {value.kind: value for value in samples()}


@pytest.fixture(scope="session")
def pages(certificates: dict[str, Certificate], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The unsigned file of every kind, by kind."""

    def render_all(folder: Path) -> None:
        for kind, value in certificates.items():
            (folder / kind).write_bytes(rendered(value))

    folder = once(tmp_path_factory, "pages", render_all)
    return {kind: (folder / kind).read_bytes() for kind in certificates}


@pytest.fixture(scope="session")
def fitness_pdf(certificates: dict[str, Certificate], pages: dict[str, bytes], signer: Signer) -> bytes:
    """A signed fitness certificate, number MED-2027-000418."""
    return sign(pages["medical"], signer, officer=certificates["medical"].officer, signed_at=SIGNED_AT)
