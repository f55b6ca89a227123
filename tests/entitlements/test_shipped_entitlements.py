"""What the shipped programmes promise to pay can be claimed, approved and paid as each of them says."""

from __future__ import annotations

import re
from uuid import UUID

from basis.roles import Role
from casework.cases.tables import Case
from casework.database import Database
from casework.entitlements import paying, queries, service
from casework.entitlements.service import ClaimEntitlement
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from checklists.requirement import CostBearer
from checklists.terms import Entitlement
from tests.support import factories
from tests.support.entitled import on_sqlite
from tests.support.factories import TODAY, World
from tests.support.versions import accept

CATALOGUE = Catalogue.load()
SOME = 12_345


def case_for(database: Database, world: World, programme: Programme, rule: Entitlement) -> UUID:
    """A case that fulfils the condition of the rule: its track, its papers, and too little German where a course is
    paid for the gap."""
    said = str(rule.when or "")
    track = re.search(r"track == '(\w+)'", said)
    with database.write(world[Role.CASEWORKER]) as work:
        made = factories.case(
            work,
            world.office,
            programme_id=programme.id,
            programme_version=programme.version,
            programme_digest=programme.digest,
            track=track[1] if track else programme.tracks[0].id,
        )
        for kind in re.findall(r"has\('(\w+)'\)", said):
            accept(work, made, kind)
        if "gap('language_result')" in said:
            result = accept(work, made, "language_result")
            result.subject, result.attributes, result.days = "de", {"level": "A1"}, {"tested_on": TODAY.isoformat()}
        return made.id


def pay(database: Database, world: World, case_id: UUID, rule: Entitlement) -> int:
    """By three people; returns what was paid."""
    amount = rule.amount.minor if rule.amount is not None else None
    command = ClaimEntitlement(
        case_id=case_id,
        entitlement=rule.id,
        month=TODAY if rule.per == "month" else None,
        amount_minor=amount,
        currency=rule.amount.currency if rule.amount is not None else "",
        proof="Folder 7",
    )
    claim = database.run(world[Role.CASEWORKER], service.claim, CATALOGUE, command).id
    written = (None, "") if amount is not None else (SOME, "by the list of rates")
    database.run(world[Role.SUPERVISOR], service.approve, CATALOGUE, claim, *written)
    database.run(world[Role.LOAN_OFFICER], paying.pay, CATALOGUE, claim, TODAY, "B-1")
    return amount or SOME


@on_sqlite
def test_each_entitlement_that_a_shipped_programme_pays_is_paid_by_its_rule(database: Database, world: World) -> None:
    paid: set[str] = set()
    for programme in CATALOGUE.latest():
        for rule in programme.entitlements:
            if rule.paid_by is not CostBearer.PROGRAMME:
                continue
            case_id = case_for(database, world, programme, rule)
            due = pay(database, world, case_id, rule)
            with database.read() as session:
                (account,) = queries.accounts(session, case_id).values()
                assert session.get_one(Case, case_id).programme_version == programme.version
            currency = rule.amount.currency if rule.amount is not None else programme.currency
            assert (account.paid.minor, account.to_come.minor, account.currency) == (due, 0, currency), rule.id
            paid.add(programme.id)
    assert paid >= {
        "germany-returning-experts",
        "germany-integrated-experts",
        "temporary-return-of-qualified-nationals",
        "virtual-return",
        "talent-retention",
    }
