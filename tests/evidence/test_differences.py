"""Papers that say something else than what is recorded: found, settled by a person, and open again when it changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases import differing, facts
from casework.cases import service as cases
from casework.cases.differing import Settle
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence import differences, papers
from casework.evidence import service as evidence
from casework.evidence.consistency import ZONE, Compared
from casework.evidence.differences import Comparison
from casework.evidence.mrz import emit_td3
from casework.evidence.papers import AsPrinted, Calendar, Holder, Shown
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus, Legalisation, SettledDifference, Translation
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import WorkerData
from checklists.catalogue import Catalogue
from checklists.facts import Fact, Standing
from documents.archive import LocalArchive
from tests.evidence.making import picture
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World

NUMBER = "K00900001"


@pytest.fixture
def store(tmp_path: Path) -> LocalArchive:
    return LocalArchive(tmp_path / "files")


def zone(**values: object) -> tuple[str, str]:
    said: dict[str, object] = {
        "issuer": "RKS", "family_name": "Hoxhademo", "given_names": "Arbenta", "document_number": NUMBER,
        "nationality": "RKS", "birth_date": date(1995, 3, 9), "sex": "F", "expires_on": date(2033, 1, 9),
    }  # fmt: skip
    return emit_td3(**{**said, **values})  # type: ignore[arg-type]


def with_zone(database: Database, world: World, **values: object) -> Case:
    """A case whose worker's zone says what `values` change."""
    with database.write(ENGINE) as work:
        worker = factories.new_worker(work, world.office, passport_number=NUMBER, mrz=zone(**values))
        return factories.case(work, world.office, worker)


def add(database: Database, actor: Actor, store: LocalArchive, case: Case, **values: object) -> EvidenceItem:
    said: dict[str, object] = {
        "kind": "passport",
        "number": NUMBER,
        "days": {"issued_on": date(2023, 1, 10), "expires_on": date(2033, 1, 9)},
        "file": picture(),
    }
    command = AddEvidence(case_id=case.id, **{**said, **values})  # type: ignore[arg-type]
    return database.run(actor, evidence.add, store, command)


def look(database: Database, case: Case) -> Comparison:
    with database.read() as session:
        return differences.compare(session, database.vault(session), case, TODAY)


def item_of(database: Database, item: EvidenceItem) -> EvidenceItem:
    with database.read() as session:
        return session.get_one(EvidenceItem, item.id)


def fact_of(database: Database, case: Case, item: EvidenceItem) -> Fact:
    with database.read() as session:
        loaded = facts.load(session, [session.get_one(Case, case.id)])[case.id]
        return next(one for one in loaded.facts if one.id.endswith(str(item.id)))


def settle(
    database: Database, actor: Actor, case: Case, source: str, reason: str, **values: object
) -> SettledDifference:
    said: dict[str, object] = {"field": Compared.NAMES}
    command = Settle(case_id=case.id, source=source, reason=reason, **{**said, **values})  # type: ignore[arg-type]
    return database.run(actor, differing.settle, Catalogue.load(), command)


def test_a_passport_that_agrees_passes_its_checks_and_is_accepted(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world)
    holder = Holder(family_name="HOXHADEMO", given_names="ARBENTA", birth_date="1995-03", sex="F", nationality="XK")
    item = add(database, world[Role.CASEWORKER], store, case, holder=holder)
    assert item.checks == {"mrz": True, "identity": True, "consistent": True}
    accepted = database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)
    assert accepted.status is EvidenceStatus.ACCEPTED


def test_a_paper_that_differs_is_not_accepted_until_a_person_says_why(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world)
    supervisor = world[Role.SUPERVISOR]
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(family_name="Krasniqidemo"))
    assert item.checks == {"mrz": True, "consistent": False}
    with error(Conflict, "unsettled_differences"):
        database.run(supervisor, evidence.accept, Catalogue.load(), item.id)
    row = settle(database, supervisor, case, str(item.id), "name_changed", note="Marriage certificate of Prizren")
    assert b"Prizren" not in (row.note or b"")
    assert item_of(database, item).checks == {"mrz": True, "identity": True, "consistent": True}
    assert database.run(supervisor, evidence.accept, Catalogue.load(), item.id).status is EvidenceStatus.ACCEPTED
    with error(Conflict, "no_difference"):
        settle(database, supervisor, case, str(item.id), "name_changed")


def test_a_zone_that_differs_keeps_the_passport_from_being_accepted(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world, birth_date=date(1995, 9, 3))
    item = add(database, world[Role.CASEWORKER], store, case)
    assert "identity" not in item.checks
    with error(Conflict, "unsettled_differences"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)
    settle(database, world[Role.SUPERVISOR], case, ZONE, "misprint", field=Compared.BIRTH_DATE)
    assert item_of(database, item).checks["identity"] is True


def test_what_was_settled_is_open_again_when_a_value_changes_and_the_accepted_paper_waits_again(
    database: Database, world: World, store: LocalArchive
) -> None:
    case, supervisor = with_zone(database, world), world[Role.SUPERVISOR]
    holder = Holder(family_name="Krasniqidemo", given_names="Arbenta")
    item = add(database, world[Role.CASEWORKER], store, case, kind="employment_contract", holder=holder)
    settle(database, supervisor, case, str(item.id), "name_changed")
    database.run(supervisor, evidence.accept, Catalogue.load(), item.id)
    assert fact_of(database, case, item).standing is Standing.ACCEPTED
    correct(database, supervisor, case, given_names="Arbenta Mira")
    assert [one.other.source for one in look(database, case).open] == [ZONE, str(item.id)]
    assert fact_of(database, case, item).standing is Standing.PENDING
    correct(database, supervisor, case, given_names="Arbenta")
    assert look(database, case).open == ()
    assert fact_of(database, case, item).standing is Standing.ACCEPTED


def correct(database: Database, actor: Actor, case: Case, **values: object) -> None:
    def run(work: Work) -> None:
        data = workers.get(work.session, work.vault, case.worker_id).data.model_copy(update=values)
        cases.correct_worker(work, Catalogue.load(), case.id, data, "spelling")

    database.run(actor, run)


def data_of(database: Database, case: Case) -> WorkerData:
    with database.read() as session:
        return workers.get(session, database.vault(session), case.worker_id).data


def test_where_the_record_is_wrong_it_is_corrected_in_the_same_step(
    database: Database, world: World, store: LocalArchive
) -> None:
    case, supervisor = with_zone(database, world), world[Role.SUPERVISOR]
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(birth_date="1995-03-19", sex="M"))
    row = settle(database, supervisor, case, str(item.id), "recorded_wrongly", field=Compared.BIRTH_DATE)
    assert not row.recorded_holds
    assert data_of(database, case).birth_date == date(1995, 3, 19)
    # The zone agreed with what was recorded, and does not any more.
    assert {(one.field.value, one.other.source) for one in look(database, case).open} == {
        ("birth_date", ZONE),
        ("sex", str(item.id)),
    }


def test_a_part_of_a_value_is_not_written_into_the_record(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world)
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(given_names="Mira", birth_date="1994"))
    for field in (Compared.BIRTH_DATE, Compared.NAMES):
        with error(InvalidInput, "correct_by_hand"):
            settle(database, world[Role.SUPERVISOR], case, str(item.id), "recorded_wrongly", field=field)


def test_a_difference_is_settled_with_a_reason_that_fits_it(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world)
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(family_name="Krasniqidemo"))
    for reason, code in (("because", "unknown_reason"), ("second_nationality", "unknown_reason"),
                         ("explained", "missing_value")):  # fmt: skip
        with error(InvalidInput, code):
            settle(database, world[Role.SUPERVISOR], case, str(item.id), reason)


def test_only_who_may_decide_on_the_paper_settles_how_it_differs(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world)
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(family_name="Krasniqidemo"))
    for role in (Role.AGENCY_USER, Role.MEDICAL_OFFICER, Role.AUDITOR, Role.SECURITY_OFFICER):
        with error(Refused, "role"):
            settle(database, world[role], case, str(item.id), "misprint")


def test_a_rejected_paper_differs_from_nothing_any_more(database: Database, world: World, store: LocalArchive) -> None:
    case = with_zone(database, world)
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(family_name="Krasniqidemo"))
    database.run(world[Role.SUPERVISOR], evidence.reject, Catalogue.load(), item.id, "contradicts")
    assert look(database, case).found == ()


def test_a_child_in_a_parent_s_passport_is_compared_by_the_number_alone(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world, given_names="Vjosa", birth_date=date(1968, 1, 1))
    own = add(database, world[Role.CASEWORKER], store, case)
    assert "identity" not in own.checks
    database.run(world[Role.SUPERVISOR], evidence.reject, Catalogue.load(), own.id, "wrong_person")
    parents = add(database, world[Role.CASEWORKER], store, case, in_parents_passport=True)
    assert parents.checks["identity"] is True


def test_what_a_paper_shows_is_kept_in_its_precision_and_sealed_as_printed(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = add(database, world[Role.CASEWORKER], store, case, kind="employment_contract", days={}, number="")
    shown = Shown(
        number="AB-17",
        issuer="Ministry of Labour",
        country="SA",
        days={"issued_on": date(2026, 3, 1)},
        partial_days={"expires_on": "2031-05"},
        as_printed={"issued_on": AsPrinted(calendar=Calendar.HIJRI, text="١٢ رمضان ١٤٤٧")},
        holder=Holder(family_name="Hoxhademo", native_name="أربنتا"),
        translation=Translation.SWORN,
        translation_language="de",
        translator="Synthetic Translator",
        legalisation=Legalisation.APOSTILLE,
        legalisation_number="A-1/2026",
        legalised_on=date(2026, 4, 2),
    )
    described = database.run(world[Role.CASEWORKER], evidence.describe, item.id, shown)
    assert (described.days, described.partial_days) == ({"issued_on": "2026-03-01"}, {"expires_on": "2031-05"})
    assert all(part.encode() not in (described.detail or b"") for part in ("أربنتا", "رمضان", "A-1/2026"))
    with database.read() as session:
        vault = database.vault(session)
        again = session.get_one(EvidenceItem, item.id)
        assert papers.shown_of(vault, again) == shown
        assert str(papers.day_of(again, "expires_on")) == "2031-05"
    fact = fact_of(database, case, item)
    assert (fact.anchors["expires_on"], fact.latest) == (date(2031, 5, 1), {"expires_on": date(2031, 5, 31)})
    assert (fact.attributes["translation"], fact.attributes["legalisation"]) == ("sworn", "apostille")


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (Shown(partial_days={"issued_on": "2027"}), "date_in_future"),
        (Shown(partial_days={"issued_on": "2026-05", "expires_on": "2025"}), "dates"),
        (Shown(partial_days={"issued_on": "05-2026"}), "invalid_date"),
        (Shown(days={"issued_on": TODAY}, partial_days={"issued_on": "2026"}), "dates"),
        (Shown(holder=Holder(birth_date="2030")), "date_in_future"),
        (Shown(holder=Holder(birth_date="31.12.1990")), "invalid_date"),
        (Shown(holder=Holder(sex="W")), "invalid_sex"),
        (Shown(holder=Holder(nationality="ZZ")), "unknown_country"),
        (Shown(holder=Holder(family_name="x" * 201)), "too_long"),
        (Shown(translation=Translation.SWORN, translation_language="de"), "missing_value"),
        (
            Shown(translation=Translation.SWORN, translator="Somebody", translation_language="German"),
            "unknown_language",
        ),
        (Shown(legalisation=Legalisation.LEGALISED, legalisation_number="7"), "missing_value"),
        (Shown(legalisation=Legalisation.APOSTILLE, legalised_on=TODAY), "missing_value"),
        (Shown(as_printed={"issued_on": AsPrinted(calendar=Calendar.OTHER, text=" ")}), "missing_value"),
    ],
)
def test_what_no_paper_can_show_is_refused(shown: Shown, code: str) -> None:
    with error(InvalidInput, code):
        papers.check(shown, TODAY)


def test_a_paper_is_described_as_long_as_nobody_has_decided_on_it(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    item = add(database, world[Role.CASEWORKER], store, case, kind="employment_contract")
    database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), item.id)
    with error(Conflict, "decided"):
        database.run(world[Role.CASEWORKER], evidence.describe, item.id, Shown())


def test_settling_leaves_an_event_without_a_personal_value(
    database: Database, world: World, store: LocalArchive
) -> None:
    case = with_zone(database, world)
    item = add(database, world[Role.CASEWORKER], store, case, holder=Holder(family_name="Krasniqidemo"))
    settle(database, world[Role.SUPERVISOR], case, str(item.id), "misprint", note="seen")
    with database.read() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "difference.settled")).one()
    assert "misprint" in event.body and "Krasniqidemo" not in event.body
