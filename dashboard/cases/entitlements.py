"""The page of what a programme pays to a worker: rules, claims, and what the reader may do with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from basis.messages import Message, _
from basis.money import Money
from casework.accounts.rules import Permission
from casework.cases import facts as case_facts
from casework.cases import queries as cases
from casework.cases.tables import Case
from casework.entitlements import queries, rules
from casework.entitlements.queries import Account, Back
from casework.entitlements.rules import ClaimState, ReclaimState
from casework.entitlements.service import last_day
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim, EntitlementReclaim
from casework.ledger.rules import ENTRY_WORDS, REVERSE_REASONS, EntryKind
from casework.loans import papers
from checklists.entitled import Answered, entitlements
from checklists.programme import Programme
from checklists.requirement import CostBearer
from checklists.terms import Entitlement
from dashboard import addresses, words
from dashboard.cases import chosen_papers
from dashboard.forms import entitlements as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.entitlements import ClaimView, EntitlementsPage, EntitlementView
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.programmes.rules import entitlement_rule
from dashboard.sessions import Visit

TONES = {
    ClaimState.CLAIMED: Tone.OPEN,
    ClaimState.APPROVED: Tone.TODAY,
    ClaimState.PAID: Tone.DONE,
    ClaimState.STOPPED: Tone.WAIT,
}
_RECLAIMS = {
    ReclaimState.ASKED: Badge(Tone.OPEN, _("asked for, to be confirmed")),
    ReclaimState.CONFIRMED: Badge(Tone.TODAY, _("to be paid back")),
    ReclaimState.DECLINED: Badge(Tone.IDLE, _("need not be paid back")),
}
_MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class KnownEntitlements:
    """What is known of the entitlements of a case; `rows` by the programme's id of each."""

    visit: Visit
    case: Case
    programme: Programme
    answered: tuple[Answered, ...]
    rows: dict[str, CaseEntitlement]
    claims: dict[UUID, list[EntitlementClaim]]
    reclaims: dict[UUID, list[EntitlementReclaim]]
    backs: dict[UUID, list[Back]]
    accounts: dict[UUID, Account]
    proofs: Options
    last_day: date
    names: dict[str, str]
    statements: tuple[Fact, ...]

    @property
    def at(self) -> tuple[UUID, int]:
        return self.case.id, self.case.version

    @property
    def today(self) -> str:
        return self.visit.today.isoformat()


def known_entitlements(visit: Visit, case: Case, programme: Programme) -> KnownEntitlements:
    """Everything that the page is told from, in one reading."""
    with visit.database.read() as session:
        facts = case_facts.load(session, [case])[case.id]
        claims, reclaims = queries.claims(session, case.id), queries.reclaims(session, case.id)
        backs = queries.backs(session, case.id)
        keys = {
            *(key for rows in claims.values() for row in rows for key in (row.claimed_by, row.decided_by, row.paid_by)),
            *(key for rows in reclaims.values() for wish in rows for key in (wish.asked_by, wish.decided_by)),
            *(one.by for ones in backs.values() for one in ones),
            *(one.taken_back.recorded_by for ones in backs.values() for one in ones if one.taken_back),
        }
        people = cases.accounts_by_key(session, keys)
        rows = {row.entitlement: row for row in queries.of_case(session, case.id)}
        return KnownEntitlements(
            visit=visit,
            case=case,
            programme=programme,
            answered=(*entitlements(programme, facts, visit.today), *_gone(visit, programme, rows)),
            rows=rows,
            claims=claims,
            reclaims=reclaims,
            backs=backs,
            accounts=queries.accounts(session, case.id),
            proofs=chosen_papers.options(visit, session, case, programme),
            last_day=last_day(session, case, visit.today),
            names={key: person.name for key, person in people.items()},
            statements=tuple(
                Fact(
                    _("As of {day}", day=words.on(paper.as_of)),
                    row.number if row is not None else _("being prepared"),
                    addresses.document(row.id) if row is not None else "",
                )
                for paper, row in papers.of_entitlements(session, visit.actor, case.id)
            ),
        )


def _gone(visit: Visit, programme: Programme, rows: Iterable[str]) -> Iterator[Answered]:
    """What was claimed by a rule that the programme had when the case was pinned to another version of it."""
    versions = [one for one in visit.installation.catalogue.programmes if one.id == programme.id]
    for name in sorted(set(rows) - {one.id for one in programme.entitlements}):
        rule = next((rule for one in reversed(versions) for rule in one.entitlements if rule.id == name), None)
        if rule is not None:
            yield Answered(rule, answer=False)


def entitlements_page(known: KnownEntitlements) -> EntitlementsPage:
    may = known.visit.may
    asks = bool(known.rows) and any(may(one) for one in queries.READERS)
    return EntitlementsPage(
        base=known.visit.at(Place.CASES),
        back=Link(addresses.case(known.case.id), known.case.reference),
        heading=_("Entitlements, case {reference}", reference=known.case.reference),
        lead=_("What the programme pays to the worker. One person claims, another approves, a third pays."),
        entitlements=tuple(_view(known, one) for one in known.answered),
        statement=forms.statement(*known.at, known.today) if asks else None,
        papers=known.statements,
    )


def _view(known: KnownEntitlements, answered: Answered) -> EntitlementView:
    rule = answered.entitlement
    row, shown = known.rows.get(rule.id), entitlement_rule(rule)
    claims = known.claims.get(row.id, []) if row else []
    wishes = known.reclaims.get(row.id, []) if row else []
    views = [_claim(known, rule, one) for one in reversed(claims)]
    if row is not None:
        backs = known.backs.get(row.id, [])
        confirmed = {one.wish_id: one for one in backs}
        views += [_reclaim(known, row, one, confirmed.get(one.id)) for one in reversed(wishes)]
        views += [_back(known, one) for one in reversed(backs) if one.wish_id is None]
    return EntitlementView(
        id=f"entitlement-{rule.id}",
        title=rule.label,
        rule=shown.detail,
        source=shown.source,
        status=_status(known, answered, row),
        facts=_facts(known, row),
        claims=tuple(views),
        forms=tuple(_forms(known, answered, row)),
    )


def _status(known: KnownEntitlements, answered: Answered, row: CaseEntitlement | None) -> Badge:
    if answered.entitlement.paid_by is not CostBearer.PROGRAMME:
        return Badge(Tone.IDLE, _("not paid by the programme"))
    if row is not None and row.stopped_from is not None:
        return Badge(Tone.WAIT, _("stopped from {day} on", day=words.on(row.stopped_from)))
    if answered.answer is None:
        return Badge(Tone.IDLE, _("not known yet whether it is due"))
    if all(one.id != answered.entitlement.id for one in known.programme.entitlements):
        return Badge(Tone.IDLE, _("not paid by this version of the programme"))
    if not answered.answer:
        return Badge(Tone.IDLE, _("condition not fulfilled"))
    if claim_form(known, answered) is None:
        return Badge(Tone.IDLE, _("nothing to claim now"))
    return Badge(Tone.OPEN, _("can be claimed"))


def _facts(known: KnownEntitlements, row: CaseEntitlement | None) -> tuple[Fact, ...]:
    if row is None:
        return ()
    account = known.accounts[row.id]
    facts = [Fact(_("Paid"), str(account.paid)), Fact(_("Approved, to be paid"), str(account.to_come))]
    if account.to_return.minor:
        facts.append(Fact(_("To be paid back"), str(account.to_return)))
    if account.returned.minor:
        facts.append(Fact(_("Paid back"), str(account.returned)))
    if row.stopped_from is not None:
        facts.append(Fact(_("Stopped because"), rules.STOP_REASONS[row.stop_reason]))
    return tuple(facts)


def _claim(known: KnownEntitlements, rule: Entitlement, row: EntitlementClaim) -> ClaimView:
    currency = known.rows[rule.id].currency
    minor = row.amount_minor if row.amount_minor is not None else row.asked_minor
    steps: list[Text] = [_step(known, _("Claimed"), row.claimed_on, row.claimed_by)]
    if row.decided_on is not None:
        declined = row.state is ClaimState.DECLINED
        steps.append(_step(known, _("Declined") if declined else _("Approved"), row.decided_on, row.decided_by))
    if row.paid_on is not None:
        steps.append(_step(known, _("Paid"), row.paid_on, row.paid_by))
    steps += [said for said in (row.reason, row.proof) if said]
    title = _title(row)
    return ClaimView(
        title=title,
        amount=str(Money(minor, currency)) if minor is not None else "",
        status=Badge(TONES.get(row.state, Tone.IDLE), rules.STATE_WORDS[row.state]),
        steps=tuple(steps),
        forms=tuple(_claim_forms(known, rule, row, _("{what}: {title}", what=rule.label, title=title), currency)),
    )


def _title(row: EntitlementClaim) -> Text:
    return words.month(row.month) if row.month is not None else _("Once")


def _step(known: KnownEntitlements, what: Message, day: date, key: str) -> Message:
    return _("{what} on {day}, {who}", what=what, day=words.on(day), who=known.names.get(key, ""))


def _claim_forms(
    known: KnownEntitlements, rule: Entitlement, row: EntitlementClaim, title: Text, currency: str
) -> Iterator[Form]:
    """What the reader may do with a claim: nobody decides on what they took part in."""
    may, own = known.visit.may, known.visit.actor.key
    if row.state is ClaimState.CLAIMED:
        if may(Permission.APPROVE_ENTITLEMENTS) and row.claimed_by != own:
            writes = row.asked_minor is None
            yield forms.approve(*known.at, row.id, title, currency, writes=writes, up_to=rule.up_to)
            yield forms.decline(*known.at, row.id, title)
        if may(Permission.RECORD_ENTITLEMENTS):
            yield forms.withdraw(*known.at, row.id, title)
    elif row.state is ClaimState.APPROVED:
        if may(Permission.PAY_ENTITLEMENTS) and own not in (row.claimed_by, row.decided_by):
            yield forms.pay(*known.at, row.id, title, known.today)
    elif row.state is ClaimState.PAID and may(Permission.PAY_ENTITLEMENTS):
        yield forms.returned(*known.at, row.id, title, known.today)


def _reclaim(known: KnownEntitlements, of: CaseEntitlement, row: EntitlementReclaim, entry: Back | None) -> ClaimView:
    """A wish; `entry`: where it was confirmed."""
    steps: list[Text] = [_step(known, _("Asked for"), row.asked_on, row.asked_by)]
    if entry is not None:
        steps += _recorded(known, _("Confirmed"), entry)
    elif row.decided_on is not None:
        steps.append(_step(known, _("Decided"), row.decided_on, row.decided_by))
    title = _("Reclaim: {reason}", reason=rules.RECLAIM_REASONS[row.reason])
    answers = row.state is ReclaimState.ASKED and known.visit.may(Permission.APPROVE_ENTITLEMENTS)
    answers = answers and row.asked_by != known.visit.actor.key
    return ClaimView(
        title=title,
        amount=str(Money(row.amount_minor, of.currency)),
        status=_RECLAIMS[row.state],
        steps=tuple(steps),
        forms=(forms.answer_reclaim(*known.at, row.id, title),) if answers else _take_back(known, entry, title),
    )


def _back(known: KnownEntitlements, entry: Back) -> ClaimView:
    """What was paid back, or need not be."""
    title = ENTRY_WORDS[entry.kind]
    stands = Badge(Tone.DONE, _("recorded")) if entry.taken_back is None else Badge(Tone.IDLE, _("taken back"))
    what = _("Paid") if entry.kind is EntryKind.RECLAIM_PAID else _("Decided")
    steps = [*_recorded(known, what, entry), *([entry.reference] if entry.reference else [])]
    return ClaimView(title, str(entry.amount), stands, tuple(steps), _take_back(known, entry, title))


def _recorded(known: KnownEntitlements, what: Message, entry: Back) -> Iterator[Text]:
    yield _step(known, what, entry.on, entry.by)
    back = entry.taken_back
    if back is not None:
        yield _step(known, _("Taken back"), back.happened_on, back.recorded_by)
        yield REVERSE_REASONS[back.reason]


def _take_back(known: KnownEntitlements, entry: Back | None, title: Text) -> tuple[Form, ...]:
    if entry is None or entry.taken_back is not None:
        return ()
    paid = entry.kind is EntryKind.RECLAIM_PAID
    may = known.visit.may(Permission.PAY_ENTITLEMENTS if paid else Permission.APPROVE_ENTITLEMENTS)
    if not may or (entry.kind is EntryKind.RECLAIM and entry.by == known.visit.actor.key):
        return ()
    about = _("{what}: {title}", what=title, title=str(entry.amount))
    return (forms.take_back(*known.at, entry.id, entry.kind, about, known.today),)


def _forms(known: KnownEntitlements, answered: Answered, row: CaseEntitlement | None) -> Iterator[Form]:
    may, rule = known.visit.may, answered.entitlement
    claim = claim_form(known, answered) if may(Permission.RECORD_ENTITLEMENTS) else None
    if claim is not None:
        yield claim
    if row is None:
        return
    account, title = known.accounts[row.id], rule.label
    if account.to_return.minor:
        if may(Permission.PAY_ENTITLEMENTS):
            yield forms.paid_back(*known.at, row.id, title, row.currency, known.today)
        if may(Permission.APPROVE_ENTITLEMENTS) and not _confirmed(known, row):
            yield forms.waive(*known.at, row.id, title, row.currency)
    left = Money(account.granted.minor - account.to_come.minor - _reclaimed(known, row), row.currency)
    if may(Permission.RECORD_ENTITLEMENTS) and left.minor > 0:
        yield forms.reclaim(*known.at, row.id, title, row.currency, str(left))
    if may(Permission.APPROVE_ENTITLEMENTS):
        if row.stopped_from is None:
            yield forms.stop(*known.at, row.id, title, known.today)
        elif row.stopped_by != known.visit.actor.key:
            yield forms.resume(*known.at, row.id, title)


def _confirmed(known: KnownEntitlements, row: CaseEntitlement) -> bool:
    """Whether the reader confirmed that something is owed."""
    wishes = known.reclaims.get(row.id, [])
    return known.visit.actor.key in {one.decided_by for one in wishes if one.state is ReclaimState.CONFIRMED}


def _reclaimed(known: KnownEntitlements, row: CaseEntitlement) -> int:
    wishes = known.reclaims.get(row.id, [])
    return sum(one.amount_minor for one in wishes if one.state is ReclaimState.CONFIRMED)


def claim_form(known: KnownEntitlements, answered: Answered) -> Form | None:
    """The form that claims an entitlement, None where it cannot be claimed now."""
    rule, case = answered.entitlement, known.case
    row = known.rows.get(rule.id)
    if rule.paid_by is not CostBearer.PROGRAMME or answered.answer is not True or not rules.may_be_claimed(case.life):
        return None
    live = [one for one in known.claims.get(row.id, []) if one.state in rules.LIVE] if row else []
    found = rules.paying(rule, known.programme.currency, live)
    months = _months(known, rule, {one.month for one in live}, row)
    by_month = rule.per == "month"
    taken = not by_month and not rule.up_to and bool(live)
    stopped = not by_month and row is not None and row.stopped_from is not None
    used = found.months == 0 or (found.amount is not None and found.amount.minor == 0)
    if taken or stopped or used or (by_month and not months):
        return None
    return forms.claim(
        case.id,
        case.version,
        rule.id,
        rule.label,
        months,
        known.proofs,
        currency=found.currency,
        most=str(found.amount or ""),
        by_receipt=rule.up_to,
        proof=rule.up_to or by_month,
    )


def _months(
    known: KnownEntitlements, rule: Entitlement, taken: set[date | None], row: CaseEntitlement | None
) -> Options:
    if rule.per != "month":
        return ()
    free = [
        month
        for month in rules.months(known.case.registered_on, known.last_day)
        if month not in taken
        and not (row is not None and row.stopped_from is not None and rules.stops(month, row.stopped_from))
    ]
    return tuple(Option(month.isoformat(), words.month(month)) for month in reversed(free[-_MOST_MONTHS:]))
