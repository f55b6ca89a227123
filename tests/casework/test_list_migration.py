"""Watch lists and stays of before the versions get their digests and precisions, on the way up and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from casework import schema
from casework.database import make_engine
from casework.security.lists import Kind, ListEntry, ListName, to_content
from tests.casework.test_upgrading import Rows, go_to
from tests.support.factories import TODAY


@pytest.mark.deep
def test_entries_of_before_get_the_digest_that_the_code_gives_them(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    entry = ListEntry("V-1", Kind.PERSON, (ListName("Selim Sampleff"),), remarks="Überprüft")
    content = {name: value for name, value in to_content(entry).items() if name != "addresses"}
    go_to(engine, "0016")
    with engine.begin() as connection:
        rows = Rows(connection)
        held = rows.add("watch_list", name="Own list")
        rows.add("watch_entry", list_id=held, content=content)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        rows.add("worker_residence", worker_id=worker, country="XK", since=TODAY)
        rows.add("outbox", kind="advance", state="done", subject_id=worker)
    go_to(engine, "head")
    assert schema.difference(engine) == []
    with engine.begin() as connection:
        rows = Rows(connection)
        assert rows.of("watch_entry")[0]["fingerprint"] == entry.fingerprint
        assert (rows.of("watch_list")[0]["added"], rows.of("watch_list")[0]["previous_id"]) == (0, None)
        assert rows.of("worker_residence")[0]["since_precision"] == "day"
        rows.add("outbox", kind="rescreen", state="done", subject_id=worker, key="rescreen")
    go_to(engine, "0016", down=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM watch_entry")) == 1
        assert connection.scalar(text("SELECT count(*) FROM worker_residence")) == 1
        assert connection.scalar(text("SELECT count(*) FROM outbox")) == 1
    engine.dispose()
