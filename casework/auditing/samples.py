"""Draw a sample, give verdicts, sign it off; find one that the actor may see."""

from __future__ import annotations

import json
import re
import secrets
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.auditing import drawing, engagements, population, rules
from casework.auditing.drawing import Member, Method
from casework.auditing.population import Asked
from casework.auditing.rules import ItemState, Said, SampleState, Step, Strata, Verdict
from casework.auditing.tables import Engagement, Review, Sample, SampleItem
from casework.certificates.service import take_number
from casework.certificates.tables import Certificate
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.vault import Vault
from casework.work import Work

PREFIX = "SMP"
CONFIDENCES = (90, 95, 99)
_SEED = re.compile(r"[!-~]{1,100}")
_NOTE = "note"


class DrawSample(BaseModel):
    """What to draw. An empty `seed` is made here; `second_share` and `confidence` are percents."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    engagement: str
    asked: Asked = Asked()
    method: Method = Method.RANDOM
    strata: Strata | None = None
    size: int
    seed: str = ""
    second_share: int = 10
    confidence: int = 95


class GiveVerdict(BaseModel):
    """A verdict on the document at `position` of a sample. `code` is one of `rules.CODES`; none for agree."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    sample: str
    position: int
    verdict: Verdict
    code: str = ""
    note: str = ""


def draw(work: Work, command: DrawSample) -> Sample:
    """Freeze the population and draw. An auditor of the engagement does it, while it is open.

    Raises `InvalidInput` (``empty_population``, ``sample_size``, ``seed``, ``strata``, ``percent``), and what
    `engagements.require_auditor` raises.
    """
    engagement = engagements.find(work.session, work.actor, command.engagement)
    engagements.require_auditor(work.session, work.actor, engagement, work.today)
    _check(command)
    members = population.members(
        work.session, engagement, command.asked, work.today, command.strata, weighted=command.method is Method.RISK
    )
    seed = command.seed or secrets.token_hex(16)
    drawn = drawing.draw(members, command.method, command.size, seed)
    text = drawing.as_text(members)
    row = Sample(
        engagement_id=engagement.id,
        number=take_number(work, PREFIX, work.today.year),
        asked=command.asked.model_dump(mode="json", exclude_defaults=True),
        method=command.method,
        strata=command.strata,
        size=command.size,
        seed=seed,
        second_share=command.second_share,
        confidence=command.confidence,
        population=text,
        population_size=len(members),
        population_sha256=drawing.digest(text),
        drawn_on=work.today,
        drawn_at=work.now,
        drawn_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    _keep_drawn(work, row, drawn)
    data = {"number": row.number, "engagement": engagement.number, "population_sha256": row.population_sha256}
    data |= {"method": row.method.value, "size": str(row.size), "seed": seed}
    work.record("sample.drawn", f"audit_sample/{row.id}", data=data)
    return row


def review(work: Work, command: GiveVerdict) -> Review:
    """Give the next verdict on a document: the first, the second, or the lead's.

    Raises `Refused` (``same_person``, ``not_lead``), `Conflict` (``reviewed``, ``signed``), `InvalidInput`
    (``unknown_code``, ``missing_value``).
    """
    sample = _locked(work, command.sample)
    engagement = work.session.get_one(Engagement, sample.engagement_id)
    place = engagements.require_auditor(work.session, work.actor, engagement, work.today)
    if sample.state is SampleState.SIGNED:
        raise Conflict("signed", _("This sample is signed; nothing can be added to it."), None)
    item = item_at(work.session, sample, command.position)
    known = said(reviews_of(work.session, [item.id]).get(item.id, []))
    step = rules.require_step(known, work.actor.key, chosen=item.second, lead=place.lead)
    note = recorded.text(command.note, _("note"), rules.LONGEST_NOTE, needed=False)
    code = rules.require_code(command.verdict, command.code, note)
    if step is Step.LEAD and not note:
        raise InvalidInput("missing_value", _("The note is empty."), _("Say why you settle it so."))
    certificate = work.session.get_one(Certificate, item.certificate_id)
    row = Review(
        sample_id=sample.id,
        item_id=item.id,
        step=step,
        verdict=command.verdict,
        code=code,
        reviewed_by=work.actor.key,
        reviewed_on=work.today,
        recorded_at=work.now,
    )
    if note:
        row.note = work.vault.seal(certificate.worker_id, "audit_review", row.id, _NOTE, note.encode())
    work.session.add(row)
    work.session.flush()
    data = {"sample": sample.number, "position": str(item.position), "step": step.value}
    data |= {"verdict": row.verdict.value, "code": code}
    # Not an event of the case: its office must not learn from its history which documents are being examined.
    work.record("sample.reviewed", f"audit_sample_item/{item.id}", data=data)
    return row


def sign(work: Work, number: str, conclusion: str) -> Sample:
    """The lead signs the sample: nothing of it changes from then on, and its report is made.

    Raises `Refused` (``not_lead``), `Conflict` (``signed``, ``unfinished``).
    """
    sample = _locked(work, number)
    engagement = work.session.get_one(Engagement, sample.engagement_id)
    place = engagements.require_auditor(work.session, work.actor, engagement, work.today)
    if not place.lead:
        raise Refused("not_lead", _("The lead auditor signs the sample."), _("Leave it to the lead."))
    if sample.state is SampleState.SIGNED:
        raise Conflict("signed", _("This sample is signed already."), _("Look at its present state."))
    left = sum(state is not ItemState.DONE for state in states(work.session, sample).values())
    if left:
        raise Conflict(
            "unfinished",
            _("{count} of the drawn documents are not read to the end.", count=left),
            _("Give the verdicts that are missing first."),
        )
    sample.conclusion = recorded.text(conclusion, _("conclusion"), 2000)
    sample.state = SampleState.SIGNED
    sample.signed_on, sample.signed_at, sample.signed_by = work.today, work.now, work.actor.key
    work.session.add(sample)
    work.session.flush()
    work.record("sample.signed", f"audit_sample/{sample.id}", data={"number": sample.number})
    outbox.put(work, OutboxKind.ISSUE, sample.id, None, str(sample.id))
    return sample


def find(session: Session, actor: Actor, number: str) -> tuple[Sample, Engagement]:
    """A sample that the actor may know of: an auditor's while the engagement is open, an office's once it is signed.

    Raises `NotFound` (``sample``), `Refused` (``engagement_over``).
    """
    require(actor.role, Permission.SEE_SAMPLES)
    query = (
        select(Sample, Engagement)
        .join(Engagement, col(Engagement.id) == col(Sample.engagement_id))
        .where(Sample.number == number, engagements.visible(actor))
    )
    found = session.exec(query).one_or_none()
    if found is None or (not may(actor.role, Permission.AUDIT) and found[0].state is not SampleState.SIGNED):
        raise NotFound(
            "sample", _("There is no such sample, or it is not one of yours."), _("Open it from its engagement.")
        )
    if actor.role is Role.AUDITOR:
        engagements.require_open(found[1], actor.on)
    return found


def asked_of(sample: Sample) -> Asked:
    """The filter that the population came from."""
    return Asked.model_validate_json(json.dumps(sample.asked))


def item_at(session: Session, sample: Sample, position: int) -> SampleItem:
    """The document at a position, counted from 1. Raises `NotFound` (``sample_item``)."""
    query = select(SampleItem).where(SampleItem.sample_id == sample.id, SampleItem.position == position)
    item = session.exec(query).one_or_none()
    if item is None:
        raise NotFound("sample_item", _("The sample has no such document."), _("Open it from the work list."))
    return item


def items_of(session: Session, sample: Sample) -> list[SampleItem]:
    """The drawn documents in their order."""
    query = select(SampleItem).where(SampleItem.sample_id == sample.id)
    return list(session.exec(query.order_by(col(SampleItem.position))))


def reviews_of(session: Session, item_ids: list[UUID]) -> dict[UUID, list[Review]]:
    """Verdicts by drawn document, the first one first."""
    found: dict[UUID, list[Review]] = {}
    query = select(Review).where(col(Review.item_id).in_(item_ids)).order_by(col(Review.recorded_at), col(Review.id))
    for row in session.exec(query):
        found.setdefault(row.item_id, []).append(row)
    return found


def reviews_of_sample(session: Session, sample: Sample) -> dict[UUID, dict[Step, Said]]:
    """Verdicts of a whole sample by drawn document."""
    found: dict[UUID, list[Review]] = {}
    for row in session.exec(select(Review).where(Review.sample_id == sample.id)):
        found.setdefault(row.item_id, []).append(row)
    return {item_id: said(rows) for item_id, rows in found.items()}


def said(rows: list[Review]) -> dict[Step, Said]:
    """Verdicts as the rules know them."""
    return {row.step: Said(row.verdict, row.code, row.reviewed_by) for row in rows}


def states(session: Session, sample: Sample) -> dict[UUID, ItemState]:
    """Where each drawn document stands."""
    known = reviews_of_sample(session, sample)
    return {item.id: rules.item_state(known.get(item.id, {}), chosen=item.second) for item in items_of(session, sample)}


def note_of(vault: Vault, certificate: Certificate, row: Review) -> str:
    """The note of a verdict, "" for none or where the person's data was erased."""
    if row.note is None:
        return ""
    try:
        return vault.open(certificate.worker_id, "audit_review", row.id, _NOTE, row.note).decode()
    except NotFound:
        return ""


def _check(command: DrawSample) -> None:
    if (command.method is Method.STRATIFIED) is (command.strata is None):
        raise InvalidInput(
            "strata",
            _("Strata belong to a stratified sample, and to no other."),
            _("Say by what to divide, or choose another method."),
        )
    if command.seed and not _SEED.fullmatch(command.seed):
        raise InvalidInput(
            "seed", _("The seed has more than letters, digits and signs of ASCII."), _("Use 1 to 100 of them.")
        )
    if not 0 <= command.second_share <= 100 or command.confidence not in CONFIDENCES:
        raise InvalidInput(
            "percent",
            _("A percentage does not fit."),
            _("Use 0 to 100 for the share, and 90, 95 or 99 for confidence."),
        )


def _keep_drawn(work: Work, row: Sample, drawn: tuple[Member, ...]) -> None:
    second = drawing.second_readers([one.id for one in drawn], row.seed, row.second_share)
    work.session.add_all(
        SampleItem(
            sample_id=row.id,
            position=position,
            certificate_id=UUID(one.id),
            stratum=one.stratum,
            weight=one.weight,
            second=one.id in second,
        )
        for position, one in enumerate(drawn, start=1)
    )
    work.session.flush()


def _locked(work: Work, number: str) -> Sample:
    sample, _engagement = find(work.session, work.actor, number)
    return work.session.exec(
        select(Sample).where(Sample.id == sample.id).with_for_update().execution_options(populate_existing=True)
    ).one()
