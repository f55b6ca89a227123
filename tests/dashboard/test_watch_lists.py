"""Watch lists through real pages: loaded whole or not at all, compared version by version, read by who may."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.actor import ENGINE
from casework.security import loading
from dashboard import addresses
from tests.dashboard.bench import Bench

HEADER = "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
FIRST = HEADER + "V-1,Selim Sampleff,,1986,XK,M,\nV-2,Norda Nobody,,1970,DE,F,\n"
SECOND = HEADER + "V-1,Selim Sampleff,,1987,XK,M,\nV-3,Third <b>Person</b>,,,,,\n"
NOTHING = ",-0- " * 7


@pytest.fixture
def site(peopled_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    return copied(peopled_home)


def test_a_version_leads_to_what_it_changed(site: Bench) -> None:
    data = {"name": "Office list", "format": "csv"}
    with site.visit("admin") as admin:
        admin.post(addresses.WATCH_LISTS, data, {"file": ("one.csv", FIRST.encode())})
        admin.post(addresses.WATCH_LISTS, data, {"file": ("two.csv", SECOND.encode())})
        page = admin.get(addresses.WATCH_LISTS)
        assert "1 added, 1 changed, 1 removed" in page
        with site.installation.database.read() as session:
            newer, older = loading.versions_of(session, "Office list")
        page = admin.get(addresses.watch_list(newer.id))
        assert re.findall(r'<th scope="row">(V-\d)', page) == ["V-3", "V-1", "V-2"]
        assert "birth dates" in page
        assert "Third &lt;b&gt;Person" in page
        only = admin.get(addresses.query(addresses.watch_list(newer.id), only="removed"))
        assert re.findall(r'<th scope="row">(V-\d)', only) == ["V-2"]
        assert "first version" in admin.get(addresses.watch_list(older.id))
        back = admin.get(addresses.query(addresses.watch_list(older.id), **{"with": str(newer.id)}))
        assert re.findall(r'<th scope="row">(V-\d)', back) == ["V-2", "V-1", "V-3"]
        admin.get(addresses.query(addresses.watch_list(newer.id), only="some"), 422)
        admin.get(addresses.query(addresses.watch_list(newer.id), other="x"), 422)
        admin.get(addresses.query(addresses.watch_list(newer.id), page="x"), 422)


def test_a_zip_file_of_ofac_is_loaded_and_a_broken_file_says_file_and_line(site: Bench) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sdn.csv", f'7,"SAMPLEFF, Selim","individual","X"{NOTHING},-0- \n')
        archive.writestr("alt.csv", '8,1,"aka","SAMPLEV, Selim",-0- \n')
    data = {"name": "Office list", "format": "ofac", "at_least": "1"}
    with site.visit("admin") as admin:
        page = admin.post(addresses.WATCH_LISTS, data, {"file": ("set.zip", packed.getvalue())}, status=422)
        assert "alt.csv, line 1" in page
        sdn = f'7,"SAMPLEFF, Selim","individual","X"{NOTHING},-0- \n'.encode()
        assert admin.post(addresses.WATCH_LISTS, data, {"file": ("sdn.csv", sdn)}).endswith("list-loaded")


@pytest.mark.parametrize(("name", "status"), [("luan", 200), ("audit", 200), ("arta", 403), ("agron", 403)])
def test_officers_and_auditors_read_versions_and_load_none(site: Bench, name: str, status: int) -> None:
    loaded = site.installation.database.run(ENGINE, loading.load_list, FIRST.encode(), "csv", "Office list").row
    with site.visit(name) as person:
        page = person.get(addresses.WATCH_LISTS, status)
        assert "Load a list" not in page
        person.get(addresses.watch_list(loaded.id), status)
        person.post(addresses.WATCH_LISTS, {}, status=403)
