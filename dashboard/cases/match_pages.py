"""A possible match in words: both records part by part, what officers did, and what the reader can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.security.hits import GivenStep
from casework.security.hits import HitPage as OpenedHit
from casework.security.lists.entries import PartialBirth, document_key
from casework.security.rules import VERDICT_WORDS, HitState, MayAct, Step, Verdict
from dashboard import addresses, words
from dashboard.cases import wording
from dashboard.forms import matches as forms
from dashboard.pages.base import Place
from dashboard.pages.case import Decision
from dashboard.pages.matches import Alike, Comparison, HitPage, PaperRow
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.sessions import Visit
from documents.assemble_kinds import masked

_STATES: Mapping[HitState, Badge] = {
    HitState.OPEN: Badge(Tone.TODAY, _("waits for a proposal")),
    HitState.PROPOSED: Badge(Tone.TODAY, _("waits for a second officer")),
    HitState.INCONCLUSIVE: Badge(Tone.WAIT, _("something is needed before it can be told")),
    HitState.DISMISSED: Badge(Tone.DONE, _("closed: not the person")),
    HitState.CONFIRMED: Badge(Tone.LATE, _("closed: the person on the list")),
}
_STEPS: Mapping[Step, Message] = {
    Step.PROPOSED: _("Proposed: {verdict}"),
    Step.CONFIRMED: _("Confirmed: {verdict}"),
    Step.RETURNED: _("Returned: {verdict}"),
    Step.ANSWERED: _("Answered, without knowing the other answer: {verdict}"),
}
_NOTES: Mapping[MayAct, Message] = {
    MayAct.OWN: _("This is your own proposal. A second, different officer confirms or returns it."),
    MayAct.RECORDED: _(
        "You have recorded data or papers of this case, or a paper about this match: another officer has to be the "
        "second one."
    ),
}
_PARTS: Final = (
    ("name", ("name_", "low_quality_alias")),
    ("birth", ("birth_",)),
    ("nationality", ("nationality_",)),
    ("sex", ("sex_",)),
    ("document", ("document_",)),
)
"""To which part of the records a reason belongs, by the beginning of its code."""


def status(state: HitState) -> Badge:
    """How a possible match stands."""
    return _STATES[state]


def hit_page(visit: Visit, opened: OpenedHit, *, refuses: bool) -> HitPage:
    """`refuses`: the programme refuses a case of a true match, else it is referred."""
    hit, case = opened.hit, opened.case
    form = None
    if opened.act is MayAct.PROPOSE:
        form = forms.propose(hit.id, len(opened.steps), refers=not refuses)
    elif opened.act is MayAct.SECOND:
        form = forms.answer(hit.id, len(opened.steps))
    attach = form is not None or opened.act in (MayAct.OWN, MayAct.RECORDED)
    own = case.office_id == visit.actor.organisation_id or not visit.may(Permission.ADJUDICATE)
    return HitPage(
        base=visit.at(Place.WORK),
        back=Link(addresses.HITS, _("Possible matches")),
        heading=_("Possible match"),
        summary=_(
            "{reference} and an entry of {list}, version {version}",
            reference=case.reference,
            list=opened.list_name,
            version=opened.list_version,
        ),
        status=status(hit.state),
        case=Link(addresses.case(case.id) if own else "", case.reference),
        notes=_notes(opened, refuses=refuses),
        comparisons=_comparisons(visit, opened),
        entry_facts=_entry_facts(opened),
        score=_("Likeness {score} of 100", score=hit.score),
        reasons=tuple(_counted(one.message, one.points) for one in opened.reasons if not _part(one.code)),
        steps=steps(opened),
        papers=tuple(
            PaperRow(
                Link(addresses.hit(hit.id, "papers", one.id), one.note),
                _("{day}, {who}", day=words.on(one.recorded_on), who=one.recorded_by),
            )
            for one in opened.papers
        ),
        like=None
        if hit.state.closed
        else Link(addresses.query(addresses.HITS, entry=opened.entry.reference), _("Others of the same entry")),
        act_heading=_("Confirm or return") if opened.act is MayAct.SECOND else _("Your proposal"),
        form=form,
        attach=forms.attach(hit.id) if attach else None,
    )


def steps(opened: OpenedHit) -> tuple[Decision, ...]:
    """What officers did, in order."""
    return tuple(_step(one) for one in opened.steps)


def alike(opened: OpenedHit) -> Alike:
    """One of several that are answered together."""
    return Alike(
        case=Link(addresses.hit(opened.hit.id), opened.case.reference),
        worker=_worker_name(opened),
        entry=_("{name} ({reference})", name=opened.matched, reference=opened.entry.reference),
        score=_("{score} of 100", score=opened.hit.score),
        reasons=tuple(_counted(one.message, one.points) for one in opened.reasons),
    )


def _step(one: GivenStep) -> Decision:
    what = _STEPS[one.step].with_params({"verdict": VERDICT_WORDS[one.verdict]})
    reason: Text = one.reason
    if one.next_step:
        label = _("{reason} – Needed: {what}") if one.verdict is Verdict.INCONCLUSIVE else _("{reason} – To: {what}")
        reason = label.with_params({"reason": one.reason, "what": one.next_step})
    return Decision(words.on(one.decided_on), what, one.officer, reason)


def _notes(opened: OpenedHit, *, refuses: bool) -> tuple[Text, ...]:
    notes: list[Text] = []
    if opened.act is not None and opened.act in _NOTES:
        notes.append(_NOTES[opened.act])
    if opened.screening.replaced:
        notes.append(_("The worker was screened anew since; this is how it stood then."))
    if opened.corrected:
        notes.append(_("The worker's data was corrected since; what was compared stands here."))
    if opened.hit.carried_from is not None:
        notes.append(_("Worker and entry are the same as at an earlier screening; what officers did then holds."))
    if opened.hit.state is HitState.CONFIRMED and not refuses:
        notes.append(_("The stage is held. Others see that it is in progress, and never why."))
    return tuple(notes)


def _worker_name(opened: OpenedHit) -> str:
    data = opened.data
    return f"{data.given_names} {data.family_name}".strip() or data.native_name


def _counted(message: Message, points: int) -> Message:
    return _("{reason} ({points} points)", reason=message, points=f"{points:+d}".replace("-", "−"))


def _part(code: str) -> str:
    return next((part for part, begins in _PARTS if code.startswith(begins)), "")


def _comparisons(visit: Visit, opened: OpenedHit) -> tuple[Comparison, ...]:
    """The worker's data beside what the list says, part by part, each with what it counted for."""
    data, entry = opened.data, opened.entry
    born, matched = data.birth_date, opened.matched
    name = _worker_name(opened)
    birth_alike = born is not None and any(_may_be_born(born, birth) for birth in entry.births)
    number = document_key(data.passport_number)
    nationalities = ", ".join(wording.country(code) for code in entry.nationalities)
    listed = ", ".join(map(_birth, entry.births))
    found = (
        ("name", _("Name"), name, matched or entry.names[0].full, name.casefold() == matched.casefold()),
        ("birth", _("Date of birth"), words.on(born) if born else "", listed, birth_alike),
        (
            "nationality",
            _("Nationality"),
            wording.country(data.nationality),
            nationalities,
            data.nationality in entry.nationalities,
        ),
        ("sex", _("Sex"), data.sex.value, ", ".join(entry.sexes), data.sex.value in entry.sexes),
        (
            "document",
            _("Document number"),
            data.passport_number if visit.may(Permission.SEE_IDENTITY) else masked(data.passport_number),
            ", ".join(entry.documents),
            number in entry.documents,
        ),
        ("", _("Place of birth"), data.birth_place, "", False),
        ("", _("Name in its own script"), data.native_name, "", False),
    )
    return tuple(
        _compare(opened, part, field, worker, on_list, alike=same)
        for part, field, worker, on_list, same in found
        if part or worker
    )


def _compare(opened: OpenedHit, part: str, field: Text, worker: Text, listed: str, *, alike: bool) -> Comparison:
    reasons = tuple(_counted(one.message, one.points) for one in opened.reasons if part and _part(one.code) == part)
    if not listed or not worker:
        return Comparison(field, worker or "–", listed or _("not on the list"), _("cannot be compared"), False, reasons)
    said, sign = (_("the same"), "=") if alike else (_("different"), "×")
    return Comparison(field, worker, listed, said, alike, reasons, sign)


def _may_be_born(born: date, birth: PartialBirth) -> bool:
    same_day = birth.day is None or (birth.month, birth.day) == (born.month, born.day)
    return birth.year <= born.year <= birth.last_year and birth.month in (None, born.month) and same_day


def _birth(birth: PartialBirth) -> str:
    parts = [f"{number:02d}" for number in (birth.month, birth.day) if number is not None]
    known = "-".join([str(birth.year), *parts]) if birth.to_year is None else f"{birth.year}/{birth.last_year}"
    return f"~{known}" if birth.approximate else known


def _entry_facts(opened: OpenedHit) -> tuple[Fact, ...]:
    entry = opened.entry
    others = ", ".join(name.full for name in entry.names if name.full != opened.matched)
    facts = [Fact(_("Entry"), entry.reference), Fact(_("List"), opened.list_name)]
    facts.append(Fact(_("Screened on"), words.on(opened.screening.screened_on)))
    if others:
        facts.append(Fact(_("Other names"), others))
    if entry.addresses:
        facts.append(Fact(_("Addresses"), "; ".join(entry.addresses)))
    if entry.remarks:
        facts.append(Fact(_("Remarks"), entry.remarks))
    return tuple(facts)
