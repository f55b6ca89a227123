"""Possible matches through the pages: two officers close them, auditors read them, nobody else learns anything."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Refused
from basis.roles import Role
from casework.accounts.tables import Account
from casework.actor import ENGINE
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.security.rules import HitState
from casework.security.tables import Hit
from cli.demo import people
from dashboard import addresses
from documents.auditing.pack import Asked, make
from tests.dashboard import bench
from tests.dashboard.bench import ADDRESS, Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import PAPER, case_of, page_of

OTHERS = ("arta", "mira", "teuta", "ilir", "agron", "admin")
LISTED, CLEAR = "BB-0001", "BB-0002"
NO = {"verdict": "not_the_person", "reason": "Another birthplace."}
WAITS = "possible match waits for you"


@pytest.fixture(scope="module")
def looked_at(screened_home: Path) -> Bench:
    return bench.reopened(screened_home)


def hit(site: Bench) -> Hit:
    with site.installation.database.read() as session:
        return session.exec(select(Hit).where(Hit.case_id == case_of(site, LISTED).id)).one()


def state(site: Bench) -> HitState:
    return hit(site).state


@pytest.mark.parametrize("name", OTHERS)
def test_the_matches_are_for_officers_and_auditors_alone(looked_at: Bench, name: str) -> None:
    one = hit(looked_at)
    case = addresses.case(case_of(looked_at, LISTED).id)
    together = f"{addresses.hits_together()}?hit={one.id}:0"
    with looked_at.visit(name) as person:
        for address in (addresses.HITS, addresses.hit(one.id), f"{case}/hits", together):
            person.get(address, 403)
        person.get(addresses.hit(one.id, "papers", one.id), 403)
        for act, values in (
            (addresses.hit(one.id, "propose"), NO | {"seen": "0"}),
            (addresses.hit(one.id, "answer"), {"answer": "confirm", "reason": "no", "seen": "0"}),
            (addresses.hit(one.id, "papers"), {"note": "no"}),
            (addresses.hits_together("propose"), {"hit": f"{one.id}:0", "reason": "no"}),
            (addresses.hits_together("confirm"), {"hit": f"{one.id}:0", "reason": "no"}),
        ):
            person.post(act, values, status=403)
        assert WAITS not in person.get(addresses.PROGRAMMES)
    assert state(looked_at) is HitState.OPEN


def test_officers_are_told_of_what_waits_and_find_it(looked_at: Bench) -> None:
    with looked_at.visit("luan") as person:
        work = person.get(addresses.WORK)
        assert WAITS in work and f'href="{addresses.HITS}"' in work
        listed = person.get(addresses.HITS)
        assert LISTED in listed and "waits for a proposal" in listed and "T-1" in listed
        assert LISTED in person.get(f"{addresses.HITS}?show=open&list=Test+list&entry=T-1")
        assert LISTED not in person.get(f"{addresses.HITS}?entry=T-9")
        assert LISTED not in person.get(f"{addresses.HITS}?show=closed")
        for wrong in ("show=all", "list=Other", "color=red", "page=x"):
            person.get(f"{addresses.HITS}?{wrong}", 422)
        page = person.get(addresses.hit(hit(looked_at).id))
        assert "Side by side" in page and "The birth dates are the same." in page


def test_an_auditor_reads_a_match_and_can_do_nothing_about_it(looked_at: Bench) -> None:
    with looked_at.visit("audit") as person:
        assert LISTED in person.get(addresses.HITS)
        page = person.get(addresses.hit(hit(looked_at).id))
        assert "Side by side" in page
        assert not {"propose", "answer", "attach"} & set(forms_on(page))
        person.post(addresses.hit(hit(looked_at).id, "propose"), NO | {"seen": "0"}, status=403)


def test_one_officer_proposes_and_another_confirms(screened: Bench) -> None:
    address = addresses.hit(hit(screened).id)
    with screened.visit("luan") as person:
        send(person, address, "propose", NO | {"reason": ""}, status=422)
        send(person, address, "propose", NO)
        page = person.get(address)
        assert "Another birthplace." in page and "your own proposal" in page
        assert not {"propose", "answer"} & set(forms_on(page))
        assert WAITS not in page
        # The form of the second officer, filled in by the first.
        values = {"answer": "confirm", "reason": "Me again.", "seen": "1"}
        assert "your own" in person.post(addresses.hit(hit(screened).id, "answer"), values, status=403)
    with screened.visit("vjosa") as person:
        assert WAITS in person.get(addresses.WORK)
        send(person, address, "answer", {"answer": "confirm", "reason": "Photographs compared."})
        page = person.get(address)
        assert "closed: not the person" in page and "Photographs compared." in page
        assert "hit.proposed" not in page
        assert LISTED in person.get(f"{addresses.HITS}?show=closed")


def test_a_form_that_is_old_or_forged_changes_nothing(screened: Bench) -> None:
    address = addresses.hit(hit(screened).id)
    with screened.visit("vjosa") as person:
        old = person.get(address)
    with screened.visit("luan") as person:
        send(person, address, "propose", NO)
    with screened.visit("vjosa") as person:
        # Both officers had the page open: the second sees what the first did.
        answer = person.post(f"{address}/propose", NO | {"seen": "0"}, status=409)
        assert "after you opened it" in answer and "Another birthplace." in answer
        for seen in ("", "x", "-1", "99999999"):
            person.post(f"{address}/answer", {"answer": "confirm", "reason": "no", "seen": seen}, status=422)
        person.post(f"{address}/answer", {"answer": "confirm", "reason": "no", "seen": "7"}, status=409)
        person.post(f"{address}/answer", {"answer": "yes", "reason": "no", "seen": "1"}, status=422)
        assert "propose" in forms_on(old)
    with screened.visit("luan") as person:
        forged = {"answer": "confirm", "reason": "no", "seen": "1", "officer": str(_account(screened, "vjosa").id)}
        person.post(f"{address}/answer", forged, status=403)
    assert state(screened) is HitState.PROPOSED


def test_a_change_of_role_or_an_administrator_opens_no_way(screened: Bench) -> None:
    address = addresses.hit(hit(screened).id)
    with screened.visit("luan") as person:
        send(person, address, "propose", NO)
    values = {"answer": "confirm", "reason": "no", "seen": "1"}
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.SECURITY_OFFICER):
        _role(screened, "luan", role)
        with screened.visit("luan") as person:
            person.post(f"{address}/answer", values, status=403)
    # A caseworker who handed in papers of the case, and is an officer since.
    _role(screened, "arta", Role.SECURITY_OFFICER)
    with screened.visit("arta") as person:
        assert "recorded data or papers" in person.post(f"{address}/answer", values, status=403)
        assert "another officer has to be the" in person.get(address)
    assert state(screened) is HitState.PROPOSED


def test_several_are_answered_together_by_two_people(screened: Bench) -> None:
    one = hit(screened).id
    chosen = f"{addresses.hits_together()}?hit={one}:0"
    with screened.visit("luan") as person:
        assert "Answer the chosen ones together" in person.get(addresses.HITS)
        send(person, chosen, "together", {"reason": ""}, status=422)
        send(person, chosen, "together", {"reason": "Another birthplace."})
        person.get(chosen, 422)
        person.post(addresses.hits_together("confirm"), {"hit": f"{one}:1", "reason": "Me again."}, status=403)
        for wrong in ("", "?hit=x", f"?hit={one}:x", "?other=1"):
            person.get(f"{addresses.hits_together()}{wrong}", 422)
        person.get(f"{addresses.hits_together()}?hit={case_of(screened).id}:0", 404)
    with screened.visit("vjosa") as person:
        page = person.get(f"{addresses.hits_together()}?hit={one}:1")
        assert "Another birthplace." in page
        send(person, "", "together", {"reason": "Compared."}, page=page)
    assert state(screened) is HitState.DISMISSED


def test_a_paper_about_a_match_is_kept_apart_from_those_of_the_case(screened: Bench) -> None:
    address = addresses.hit(hit(screened).id)
    with screened.visit("luan") as person:
        send(person, address, "attach", {"note": "Shows the mother's name"}, {"file": ("paper.jpg", PAPER)})
        page = person.get(address)
        link = re.search(r'href="(/hits/[^"]+/papers/[^"]+)"', page)
        assert link is not None and "Shows the mother" in page
        assert person.client.get(link[1]).content.startswith(b"\xff\xd8")
        send(person, address, "attach", {"note": "x"}, {"file": ("paper.txt", b"hello")}, status=422)
    with screened.visit("audit") as person:
        person.get(link[1])
        (match,), names = pack(person, LISTED)
        assert (match["entry"]["reference"], match["state"], match["steps"]) == ("T-1", "open", [])
        assert match["papers"][0]["file"] in names and "passport_number" not in match["worker"]
        assert pack(person, CLEAR)[0] == []
    with pytest.raises(Refused), BytesIO() as out:
        make(screened.installation, screened.cast["mira"], Asked(case=LISTED), out)
    with BytesIO() as out:
        make(screened.installation, ENGINE, Asked(case=LISTED), out)
        with zipfile.ZipFile(out) as archive:
            assert "matches.json" not in archive.namelist()
            assert b"hit." not in archive.read("events.jsonl")
    for name in ("arta", "mira", "agron"):
        with screened.visit(name) as other:
            other.get(link[1], 403)
            assert "mother" not in other.get(addresses.case(case_of(screened, LISTED).id))


def pack(person: Person, reference: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The possible matches in the pack of a case, and the names of all its files."""
    page = person.get(addresses.query(addresses.NEW_AUDIT_PACK, case=reference))
    token = page.split('name="_token" value="')[1].split('"')[0]
    data = {"_token": token, "case": reference, "sample": ""}
    answer = person.client.post(addresses.AUDIT_PACKS, data=data, headers={"origin": ADDRESS})
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        return json.loads(archive.read("matches.json"))["matches"], archive.namelist()


def _plain(page: str) -> str:
    """What people read, without numbers and the sources of the programme's rules, which stand on every case."""
    page = re.sub(r'<p class="small source">.*?</p>', "", page, flags=re.DOTALL)
    return re.sub(r"[ \n]+", " ", re.sub(r"\d+", "N", re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize(
    "verdict",
    [
        "true_match",
        pytest.param("not_the_person", marks=pytest.mark.deep),
        pytest.param("inconclusive", marks=pytest.mark.deep),
    ],
)
def test_whatever_officers_do_the_case_says_the_same_to_others(screened: Bench, verdict: str) -> None:
    """Before the sign-off: the page of the case, the lists, the timeline, and the version that forms carry."""
    case, address = addresses.case(case_of(screened, LISTED).id), addresses.hit(hit(screened).id)
    names = ("arta", "agron") if verdict == "true_match" else ("mira", "agron", "teuta", "ilir")

    def seen() -> dict[tuple[str, str], str]:
        found = {}
        for name in names:
            with screened.visit(name) as person:
                person.get(case)
                for place in (case, f"{case}/sheet", addresses.WORK, addresses.CASES):
                    found[name, place] = re.sub(r'name="_token" value="\w+"|\d+:\d\d', "", person.get(place))
        return found

    before, version = seen(), case_of(screened, LISTED).version
    with screened.visit("luan") as person:
        send(person, address, "propose", {"verdict": verdict, "reason": "Compared.", "next_step": _next(verdict)})
    assert seen() == before
    with screened.visit("vjosa") as person:
        send(person, address, "answer", {"answer": "confirm", "reason": "Compared too."})
    screened.work()
    assert seen() == before
    assert case_of(screened, LISTED).version == version


def _next(verdict: str) -> str:
    return "" if verdict == "not_the_person" else "The police of Prizren"


def test_a_match_that_was_closed_leaves_no_trace_for_others(screened: Bench) -> None:
    address = addresses.hit(hit(screened).id)
    sign = addresses.case(case_of(screened, LISTED).id)
    with screened.visit("luan") as person:
        send(person, address, "propose", NO)
        person.post(f"{sign}/stages/security/sign-off", {"confirmed": "yes", "version": _version(screened)}, status=409)
    with screened.visit("vjosa") as person:
        send(person, address, "answer", {"answer": "confirm", "reason": "Compared."})
    for reference in (LISTED, CLEAR):
        with screened.visit("luan") as person:
            send(person, addresses.case(case_of(screened, reference).id), "sign-security", {"confirmed": "yes"})
    screened.work()
    for name in ("arta", "agron"):
        pages = [_plain(page_of(screened, name, reference)).lower() for reference in (LISTED, CLEAR)]
        assert all("security signed off" in page for page in pages)
        assert not any(re.search(r"\bpossible match|\bofficer gave|second officer", page) for page in pages)
    listed, clear = statement(screened, LISTED), statement(screened, CLEAR)
    assert (listed["screened_on"], listed["lists"]) == (clear["screened_on"], clear["lists"])
    assert set(listed) == set(clear) and "match" not in json.dumps(listed) and "T-1" not in json.dumps(listed)
    for name in ("mira", "arta"):
        with screened.visit(name) as person:
            pages = [_plain(person.get(addresses.document(one["id"], "evidence"))) for one in (listed, clear)]
        assert not any(re.search(r"\bmatch|adjudicat|officers? (gave|proposed|confirmed)", page) for page in pages)


def statement(site: Bench, reference: str) -> dict[str, Any]:
    """What the security clearance statement of a case shows, with its id."""
    with site.installation.database.read() as session:
        query = select(Certificate).where(
            Certificate.case_id == case_of(site, reference).id, Certificate.kind == "security"
        )
        row = session.exec(query).one()
        value = certificates.value_of(site.installation.database.vault(session), row)
    return {**json.loads(json.dumps(value)), "id": str(row.id)}


def _version(site: Bench) -> str:
    return str(case_of(site, LISTED).version)


def _account(site: Bench, name: str) -> Account:
    with site.installation.database.read() as session:
        return session.exec(select(Account).where(Account.email == people.address(name))).one()


def _role(site: Bench, name: str, role: Role) -> None:
    with site.installation.database.engine.begin() as connection:
        table = Account.__table__  # type: ignore[attr-defined]
        connection.execute(table.update().where(table.c.email == people.address(name)).values(role=role))
