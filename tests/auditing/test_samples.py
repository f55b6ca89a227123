"""Samples through their services: the population, the draw, the readers, the signature."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.auditing import access, population, queries, samples
from casework.auditing.drawing import Method
from casework.auditing.population import Asked
from casework.auditing.rules import ItemState, Step, Strata, Verdict
from casework.auditing.samples import DrawSample, GiveVerdict
from casework.auditing.tables import Review, Sample, SampleItem
from casework.cases.rules import EndKind
from casework.cases.tables import Case
from casework.certificates.queries import Standing
from casework.certificates.tables import Certificate
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.outbox import service as outbox
from checklists.facts import WaiverKind
from tests.auditing.house import House, auditor
from tests.auditing.issued import issued
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, user_id
from tests.support.together import DONE, together

AUDITOR, SUPERVISOR, ADMINISTRATOR = Role.AUDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_the_population_is_what_the_filter_finds_within_the_scope(house: House) -> None:
    database, world = house.database, house.world
    with database.write(ENGINE) as work:
        issued(work, factories.case(work, factories.office(work)))
        owned = factories.case(work, world.office, owner_id=user_id(world[Role.CASEWORKER]))
        extra = issued(work, owned, "training", signed_by=world[SUPERVISOR].key)
        ended = issued(work, owned, "loan", end_kind=EndKind.REVOKED, ended_on=TODAY)
    everything = {one.number for one in (*house.documents, extra, ended)}
    cases: list[tuple[Asked, set[str]]] = [
        (Asked(), everything),
        (Asked(kind="security"), {one.number for one in house.documents if one.kind == "security"}),
        (Asked(standing=Standing.REVOKED), {ended.number}),
        (Asked(agency=world.agency.id), {one.number for one in house.documents}),
        (Asked(person=user_id(world[Role.CASEWORKER])), {extra.number, ended.number}),
        (Asked(person=user_id(world[SUPERVISOR])), {extra.number}),
        (Asked(until=TODAY - timedelta(days=1)), set()),
        (Asked(programme="another-programme"), set()),
        (Asked(office=world.office.id, since=TODAY), everything),
    ]
    with database.read() as session:
        for asked, expected in cases:
            found = population.members(session, house.engagement, asked, TODAY, None, weighted=False)
            assert {one.number for one in found} == expected
            assert population.count(session, house.engagement, asked, TODAY) == len(expected)
        with error(InvalidInput, "unknown_filter"):
            population.count(session, house.engagement, Asked(standing=Standing.VOID), TODAY)


@on_sqlite
def test_strata_are_kinds_agencies_programmes_or_people(house: House) -> None:
    database, world = house.database, house.world
    with database.write(ENGINE) as work:
        owned = factories.case(work, world.office, owner_id=user_id(world[Role.CASEWORKER]))
        by_engine = issued(work, owned, "training")
        by_person = issued(work, owned, "loan", signed_by=world[SUPERVISOR].key)
    seen: dict[Strata, Mapping[str, str]] = {}
    with database.read() as session:
        for strata in Strata:
            found = population.members(session, house.engagement, Asked(), TODAY, strata, weighted=False)
            seen[strata] = {one.number: one.stratum for one in found}
    assert seen[Strata.KIND][by_engine.number] == "training"
    assert seen[Strata.AGENCY][by_engine.number] == ""
    assert seen[Strata.AGENCY][house.documents[0].number] == world.agency.code
    assert seen[Strata.PROGRAMME][by_engine.number] == PROGRAMME
    assert seen[Strata.PERSON][by_engine.number] == world[Role.CASEWORKER].key
    assert seen[Strata.PERSON][by_person.number] == world[SUPERVISOR].key
    assert seen[Strata.PERSON][house.documents[0].number] == "engine"


def test_weights_follow_the_signs_of_risk(house: House) -> None:
    database, world = house.database, house.world
    with database.write(ENGINE) as work:
        plain = issued(work, factories.case(work, world.office))
        close = issued(work, factories.case(work, world.office, planned_departure=TODAY + timedelta(days=7)))
        waived = factories.case(work, world.office)
        concession = Concession(
            case_id=waived.id, requirement="r", kind=WaiverKind.WAIVER, state=ConcessionState.GIVEN,
            authority="supervisor", reason="x", asked_by="engine", asked_on=TODAY, recorded_at=work.now,
        )  # fmt: skip
        work.session.add(concession)
        work.session.flush()
        on_waiver = issued(work, waived, "medical", stands_on=[f"waiver:{concession.id}"])
        summing_up = issued(work, waived, "departure")
        beside = issued(work, waived, "training")
        again = factories.case(work, world.office)
        gone = issued(work, again, end_kind=EndKind.SUPERSEDED, ended_on=TODAY)
        corrected = issued(work, again)
        late = issued(work, factories.case(work, world.office))
        for row, days in ((late, 15), (plain, 14)):
            work.record("evidence.added", "x/y", case_id=row.case_id, happened_on=TODAY - timedelta(days=days))
    with database.read() as session:
        found = population.members(session, house.engagement, Asked(), TODAY, None, weighted=True)
    weights = {one.number: one.weight for one in found}
    rows = (plain, close, on_waiver, summing_up, beside, gone, corrected, late)
    assert [weights[row.number] for row in rows] == [1, 3, 4, 4, 1, 3, 3, 3]


def test_a_draw_keeps_the_population_and_comes_out_the_same_again(house: House) -> None:
    sample = house.draw(method=Method.STRATIFIED, strata=Strata.KIND, asked=Asked(standing=Standing.VALID))
    with house.database.read() as session:
        lines = queries.work_list(session, sample)
        again = queries.reproduce(session, sample, house.engagement, TODAY)
    assert sample.population_size == len(house.documents)
    assert sorted(line.certificate.kind for line in lines) == ["departure", "medical", "medical", "security"]
    assert (again.hash_fits, again.same, again.changed, again.added) == (True, True, (), ())
    assert [one.number for one in again.drawn] == [line.certificate.number for line in lines]
    assert house.draw(size=4).seed == "seed"
    assert len(house.draw(size=4, seed="").seed) == 32


def test_what_changed_since_the_draw_is_told_and_the_draw_stays(house: House) -> None:
    sample = house.draw(asked=Asked(kind="medical", standing=Standing.VALID))
    with house.database.write(ENGINE) as work:
        row = work.session.get_one(Certificate, house.documents[0].id)
        row.end_kind, row.ended_on = EndKind.SUPERSEDED, TODAY
        new = issued(work, work.session.get_one(Case, row.case_id))
    with house.database.read() as session:
        again = queries.reproduce(session, sample, house.engagement, TODAY)
    assert again.same
    assert [(one.number, one.standing) for one in again.changed] == [(row.number, Standing.SUPERSEDED)]
    assert again.added == (new.number,)


@on_sqlite
def test_a_draw_that_cannot_be_is_refused_in_words(house: House) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"size": 10}, "sample_size"),
        ({"asked": Asked(kind="none")}, "empty_population"),
        ({"method": Method.STRATIFIED}, "strata"),
        ({"strata": Strata.KIND}, "strata"),
        ({"method": Method.STRATIFIED, "strata": Strata.KIND, "size": 2}, "sample_size"),
        ({"seed": "with a space"}, "seed"),
        ({"second_share": 101}, "percent"),
        ({"confidence": 80}, "percent"),
    ]
    for values, code in wrong:
        with error(InvalidInput, code):
            house.draw(**values)
    command = DrawSample(engagement=house.engagement.number, size=1)
    for actor, kind, code in (
        (ENGINE, Refused, "person_needed"),
        (house.world[SUPERVISOR], Refused, "role"),
        (auditor(house.database, house.world), NotFound, "engagement"),
    ):
        with error(kind, code):
            house.database.run(actor, samples.draw, command)


def test_two_readers_and_the_lead_bring_a_sample_to_its_end(house: House) -> None:
    sample = house.draw(second_share=0)
    lead, second = house.lead, house.second
    wrong: dict[str, Any] = {"verdict": Verdict.EXCEPTION, "code": "data_wrong", "note": "The day differs."}
    house.read(lead, sample, 1)
    house.read(second, sample, 2, **wrong)
    house.read(second, sample, 3, **wrong)
    assert house.states(sample) == [ItemState.DONE, ItemState.SECOND, ItemState.SECOND, ItemState.OPEN]
    with error(Refused, "same_person"):
        house.read(second, sample, 2, **wrong)
    house.read(lead, sample, 2, **wrong)
    house.read(lead, sample, 3)
    assert house.states(sample) == [ItemState.DONE, ItemState.DONE, ItemState.DISPUTED, ItemState.OPEN]
    with error(Refused, "not_lead"):
        house.read(second, sample, 3)
    with error(InvalidInput, "missing_value"):
        house.read(lead, sample, 3)
    house.read(lead, sample, 3, note="Both days are right: the paper was replaced.")
    with error(Conflict, "unfinished"):
        house.database.run(lead, samples.sign, sample.number, "Fine.")
    house.read(second, sample, 4)
    with error(Refused, "not_lead"):
        house.database.run(second, samples.sign, sample.number, "Fine.")
    signed = house.database.run(lead, samples.sign, sample.number, "One of four has a wrong day.")
    with house.database.read() as session:
        found = queries.results_of(signed, queries.work_list(session, signed))
        notes = {
            (
                review.step,
                samples.note_of(
                    house.database.vault(session), session.get_one(Certificate, item.certificate_id), review
                ),
            )
            for item in samples.items_of(session, signed)
            for review in samples.reviews_of(session, [item.id])[item.id]
            if item.position == 3
        }
        effects = [item.subject_id for item in outbox.unfinished(session)]
    assert (found.whole.agree, found.whole.exceptions, found.whole.rate) == (3, 1, 0.25)
    assert notes == {
        (Step.FIRST, "The day differs."),
        (Step.SECOND, ""),
        (Step.LEAD, "Both days are right: the paper was replaced."),
    }
    assert signed.id in effects


def test_a_share_of_agreements_is_read_by_a_second_person(house: House) -> None:
    sample = house.draw(second_share=50)
    for position in range(1, 5):
        house.read(house.lead, sample, position)
    assert sorted(house.states(sample)) == [ItemState.DONE, ItemState.DONE, ItemState.SECOND, ItemState.SECOND]


def test_nothing_of_a_signed_sample_changes(house: House) -> None:
    sample = house.signed()
    for act in (
        lambda: house.read(house.lead, sample, 1, note="again"),
        lambda: house.database.run(house.lead, samples.sign, sample.number, "Again."),
    ):
        with error(Conflict, "signed"):
            act()
    with house.database.read() as session:
        item = samples.items_of(session, sample)[0]
        review = samples.reviews_of(session, [item.id])[item.id][0]
    again = Review(**{**review.model_dump(), "id": sample.id, "step": Step.LEAD})
    statements: list[Any] = [
        update(Sample).where(col(Sample.id) == sample.id).values(seed="other"),
        delete(Sample).where(col(Sample.id) == sample.id),
        update(SampleItem).where(col(SampleItem.id) == item.id).values(position=9),
        delete(SampleItem).where(col(SampleItem.id) == item.id),
        update(Review).where(col(Review.id) == review.id).values(verdict="exception"),
        delete(Review).where(col(Review.id) == review.id),
    ]
    for statement in statements:
        with pytest.raises((DBAPIError, PredepartureError)), house.database.write(ENGINE) as work:
            work.session.execute(statement)
    with pytest.raises((DBAPIError, PredepartureError)), house.database.write(ENGINE) as work:
        work.session.add(again)


def test_of_two_who_read_a_document_first_at_once_one_is_first(house: House) -> None:
    sample = house.draw(second_share=0)
    command = GiveVerdict(sample=sample.number, position=1, verdict=Verdict.AGREE)
    assert together(house.database, [house.second, house.second], lambda work: samples.review(work, command)) == [
        DONE,
        "reviewed",
    ]


@on_sqlite
def test_samples_end_with_the_engagement_and_an_office_sees_them_once_they_are_signed(house: House) -> None:
    sample, signed = house.draw(), house.signed()
    over = dataclasses.replace(house.lead, on=TODAY + timedelta(days=31))
    with house.database.read() as session:
        assert samples.find(session, house.second, sample.number)[0] == sample
        assert samples.find(session, house.world[SUPERVISOR], signed.number)[0] == signed
        with error(NotFound, "sample"):
            samples.find(session, house.world[SUPERVISOR], sample.number)
        with error(Refused, "engagement_over"):
            samples.find(session, over, sample.number)
        for role in (ADMINISTRATOR, Role.CASEWORKER, Role.AGENCY_USER):
            with error(Refused, "role"):
                samples.find(session, house.world[role], signed.number)


def test_looking_is_logged_with_the_engagement(house: House) -> None:
    sample = house.draw()
    house.read(house.lead, sample, 1)
    with house.database.write(house.lead) as work:
        assert access.noted(work, house.documents[0].case_id) == {"engagements": [house.engagement.number]}
    with house.database.write(house.world[SUPERVISOR]) as work:
        assert access.noted(work, house.documents[0].case_id) == {}
