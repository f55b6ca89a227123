"""Papers in words: what each shows, how they differ, what is to be brought, and the passports of before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from basis.countries import is_country
from basis.errors import NotFound, Refused
from basis.messages import Message, _, _n
from basis.partial import PartialDate
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.accounts.tables import Account
from casework.cases import differing
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.evidence import differences
from casework.evidence import service as evidence
from casework.evidence.consistency import RECORDED, SETTLE_REASONS, WORDS, ZONE, Compared, Difference, Stated
from casework.evidence.differences import Comparison
from casework.evidence.papers import CALENDAR_WORDS, LEGALISATION_WORDS, TRANSLATION_WORDS, Detail
from casework.evidence.rules import bring
from casework.evidence.tables import EvidenceItem, EvidenceStatus, Legalisation, SettledDifference, Translation
from casework.vault import Vault
from casework.workers.passports import END_WORDS, Former
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import veil, wording
from dashboard.forms import shown_papers as forms
from dashboard.pages.base import Place
from dashboard.pages.case import Decision
from dashboard.pages.differences import Cell, ComparedRow, DifferencesPage, OpenDifference
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.sessions import Visit

_SEX = {"M": _("male"), "F": _("female")}


def differences_page(
    visit: Visit, vault: Vault, case: Case, programme: Programme, made: Comparison, people: Mapping[str, Account]
) -> DifferencesPage:
    """Everything that is stated, side by side."""
    titles = {one.source: source_title(visit, programme, made, one.source) for one in made.stated}
    count = len(made.open)
    summary: Text = _("Nothing contradicts what is recorded.")
    status = Badge(Tone.DONE, _("all agree or settled"))
    if count:
        summary = _("Say of each how it comes about. Until then the paper cannot be accepted.")
        status = Badge(Tone.TODAY, _n("{count} difference to settle", "{count} differences to settle", count))
    elif made.settled:
        summary = _("What differs was settled by a person.")
    return DifferencesPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        heading=_("How the papers differ"),
        summary=summary,
        status=status,
        sources=tuple(titles.values()),
        rows=tuple(_rows(made)),
        open=tuple(_open(visit, case, programme, made, one, titles) for one in made.open),
        settled=tuple(_settled(vault, made.settled[one], titles, people) for one in made.found if one in made.settled),
        earlier=tuple(_settled(vault, row, titles, people) for row in reversed(made.earlier)),
    )


def source_title(visit: Visit, programme: Programme, made: Comparison, source: str) -> Text:
    """Where a value comes from."""
    if source == RECORDED:
        return _("Recorded")
    if source == ZONE:
        return _("Machine-readable zone")
    item = made.items[source]
    day = words.on(item.recorded_at.astimezone(visit.zone).date())
    return _("{title}, handed in {day}", title=paper_title(programme, item), day=day)


def paper_title(programme: Programme, item: EvidenceItem) -> Text:
    """What the programme calls the paper."""
    try:
        requirement = evidence.asked_for(programme, item.kind, item.subject)
    except NotFound:
        return item.kind.replace("_", " ")
    return wording.requirement_title(programme, requirement, item.subject)


def printed_facts(item: EvidenceItem, detail: Detail | None) -> list[Fact]:
    """What a paper shows besides its number, issuer and whole days. `detail` is None for who may not see it."""
    facts = []
    for name, text in item.partial_days.items():
        facts.append(Fact(forms.day_label(name), words.as_known(PartialDate.parse(text))))
    if detail is not None:
        for name, one in detail.as_printed.items():
            label = _("{day}, {calendar}", day=forms.day_label(name), calendar=CALENDAR_WORDS[one.calendar])
            facts.append(Fact(label, one.text))
        facts += _holder(detail)
    if item.translation is not Translation.NOT_RECORDED:
        facts.append(Fact(_("Translation"), _translation(item, detail)))
    if item.legalisation is not Legalisation.NOT_RECORDED:
        facts.append(Fact(_("Legalisation"), _legalisation(item, detail)))
    if item.in_parents_passport:
        facts.append(Fact(_("Holder"), _("a child entered in a parent's passport")))
    return facts


def _holder(detail: Detail) -> list[Fact]:
    holder = detail.holder
    name = ", ".join(part for part in (holder.family_name, holder.given_names) if part)
    facts = [Fact(_("Name on the paper"), name)] if name else []
    if holder.native_name:
        facts.append(Fact(_("Name in its own script"), holder.native_name))
    if holder.born is not None:
        facts.append(Fact(_("Born, by the paper"), words.as_known(holder.born)))
    if holder.nationality:
        facts.append(Fact(_("Nationality on the paper"), wording.country(holder.nationality)))
    return facts


def _translation(item: EvidenceItem, detail: Detail | None) -> Text:
    said = TRANSLATION_WORDS[item.translation]
    if item.translation is not Translation.SWORN:
        return said
    language = words.language(item.translation_language.partition("-")[0])
    if detail is None or not detail.translator:
        return _("{what} into {language}", what=said, language=language)
    return _("{what} into {language}, by {who}", what=said, language=language, who=detail.translator)


def _legalisation(item: EvidenceItem, detail: Detail | None) -> Text:
    said = LEGALISATION_WORDS[item.legalisation]
    if item.legalised_on is None:
        return said
    day = words.on(item.legalised_on)
    if detail is None or not detail.legalisation_number:
        return _("{what} on {day}", what=said, day=day)
    return _("{what}, number {number}, on {day}", what=said, number=detail.legalisation_number, day=day)


def passport_facts(former: Iterable[Former]) -> tuple[Fact, ...]:
    """The passports of before, the latest first."""
    facts = []
    for one in former:
        day = words.on(one.row.ended_on)
        said = _("{what} on {day}", what=END_WORDS[one.row.ended], day=day)
        if one.reported_to:
            said = _("{said}, reported to {whom}", said=said, whom=one.reported_to)
        facts.append(Fact(_("Former passport {number}", number=one.number), said))
    return tuple(facts)


def to_bring(role: Role, programme: Programme, item: EvidenceItem) -> Text:
    """What is to be brought instead of a paper that was rejected or counts no longer, "" for others. Of a stage whose
    papers are not for the reader, that something is to be brought and nothing more."""
    if item.status not in (EvidenceStatus.REJECTED, EvidenceStatus.WITHDRAWN):
        return ""
    asking = programme.asking_for(item.kind)
    if asking and veil.hides_evidence(role, asking[0][0].kind):
        return _("Something else must be brought; the office can tell the worker what.")
    return bring(item.reject_code)


def said_to_bring(role: Role, programme: Programme, item: EvidenceItem) -> Text:
    """The same with the name of the paper, for lists of many cases."""
    return _("{paper}: {bring}", paper=paper_title(programme, item), bring=to_bring(role, programme, item))


def _rows(made: Comparison) -> Iterable[ComparedRow]:
    open_ones = {(one.field, one.other.source) for one in made.open}
    settled = {(one.field, one.other.source) for one in made.settled}
    for field, label in WORDS.items():
        if not any(one.text(field) for one in made.stated):
            continue
        cells = []
        for one in made.stated:
            mark = None
            if (field, one.source) in open_ones:
                mark = Badge(Tone.TODAY, _("differs"))
            elif (field, one.source) in settled:
                mark = Badge(Tone.DONE, _("settled"))
            cells.append(Cell(value(one, field), mark))
        yield ComparedRow(label, tuple(cells))


def value(stated: Stated, field: Compared) -> Text:
    """What a source says of a field, for reading."""
    text = stated.text(field)
    if not text:
        return ""
    if field is Compared.BIRTH_DATE and stated.birth_date is not None:
        return words.as_known(stated.birth_date)
    if field is Compared.SEX:
        return _SEX.get(text, text)
    if field is Compared.NATIONALITY and is_country(text):
        return wording.country(text)
    return text


def _open(
    visit: Visit, case: Case, programme: Programme, made: Comparison, one: Difference, titles: Mapping[str, Text]
) -> OpenDifference:
    title = _("{field}: {source}", field=WORDS[one.field], source=titles[one.other.source])
    form, why = None, _why_not(visit, case, programme, made, one)
    if not why:
        form = forms.settle(case.id, case.version, one.field, one.other.source, title)
    return OpenDifference(
        id=f"difference-{one.field.value}-{one.other.source}",
        title=title,
        recorded=value(one.reference, one.field),
        other=value(one.other, one.field),
        source=_("In the zone") if one.other.source == ZONE else _("On the paper"),
        form=form,
        why=why,
    )


def _why_not(visit: Visit, case: Case, programme: Programme, made: Comparison, one: Difference) -> Text:
    if not visit.may(Permission.DECIDE_EVIDENCE):
        return _("The office settles it.")
    if is_ended(case.life):
        return _("The case has ended.")
    try:
        for item in differing.papers_of(made, one):
            differing.require_decider(visit.actor, programme, item)
    except Refused as refused:
        return refused.message
    return ""


def _settled(
    vault: Vault, row: SettledDifference, titles: Mapping[str, Text], people: Mapping[str, Account]
) -> Decision:
    source = titles.get(str(row.item_id or ZONE), _("a paper that counts no longer"))
    what = _("{field}: {source}", field=WORDS[Compared(row.field)], source=source)
    by = people.get(row.recorded_by)
    said: Message | str = SETTLE_REASONS.get(row.reason, row.reason)
    note = differences.note_of(vault, row)
    reason = _("{reason} {note}", reason=said, note=note) if note else said
    return Decision(words.on(row.recorded_at.date()), what, by.name if by else row.recorded_by, reason)


def day_names(item: EvidenceItem, asked: Iterable[str]) -> tuple[str, ...]:
    """The days of a paper that can be described: those of every paper, those that count, and those that it has."""
    named = (*forms.SHOWN_DAYS, *sorted({*asked, *item.days, *item.partial_days}))
    return tuple(dict.fromkeys(named))
