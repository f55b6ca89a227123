"""The contract of the demo's workers: signed as promised, compared, and found in order by a second caseworker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from basis.money import Money
from casework.contracts import queries
from casework.contracts import service as contracts
from casework.contracts.rules import Bearer, Keeper, Terms
from casework.contracts.service import RecordContract
from checklists.programme import Programme
from cli.demo import synthetic

if TYPE_CHECKING:
    from cli.demo.acts import Scene

WEEKLY_HOURS: Final = 48


def keep_promise(scene: Scene) -> bool:
    """What was promised, the contract that keeps it, and its check; one of them at a time."""
    database, case, programme = scene.installation.database, scene.case, scene.programme
    with database.read() as session:
        view = queries.view(session, database.vault(session), programme, case)
    if view.promised_terms is None:
        terms = _terms(programme, case.employer, case.occupation)
        database.run(scene.cast["arta"], contracts.promise, scene.installation.catalogue, case.id, terms)
    elif view.signed is None:
        signed = RecordContract(
            case_id=case.id,
            terms=_kept(programme, view.promised_terms),
            signed_on=scene.today - timedelta(days=3),
        )
        database.run(scene.cast["arta"], contracts.sign, signed)
    elif view.signed.checked_on is None and not view.open:
        database.run(scene.cast["besnik"], contracts.check, scene.installation.catalogue, case.id)
    else:
        return False
    return True


def wage(programme: Programme) -> Money:
    """What is paid a month: the least that the programme allows, or what the demo made up for it."""
    least = next((term.least for term in programme.contract_terms if term.least is not None), None)
    if least is not None:
        return Money(least.minor, least.currency)
    return Money.parse(synthetic.setting(programme)["wage"], programme.currency)


def _terms(programme: Programme, employer: str, occupation: str) -> Terms:
    paid = wage(programme)
    return Terms(
        employer=employer,
        occupation=occupation,
        wage_minor=paid.minor,
        currency=paid.currency,
        weekly_minutes=WEEKLY_HOURS * 60,
        daily_rest_hours=10,
        weekly_rest_days=1,
        leave_days=30,
        insurance=Bearer.EMPLOYER,
        way_there=Bearer.EMPLOYER,
        way_back=Bearer.EMPLOYER,
        accommodation=Bearer.EMPLOYER,
        food=Bearer.EMPLOYER,
        passport=Keeper.WORKER,
        deductions_minor=0,
        languages=("bn", "en", "tl"),
        read_in="en",
        months=24,
        says={term.id: term.minimum or str(term.label) for term in programme.contract_terms if term.about is None},
    )


def _kept(programme: Programme, promised: Terms) -> Terms:
    """All that was promised, and what the programme asks beside it."""
    whole = _terms(programme, promised.employer, promised.occupation)
    said = {name: value for name, value in promised if value not in (None, "", (), {})}
    return whole.model_copy(update={**said, "says": {**whole.says, **promised.says}})
