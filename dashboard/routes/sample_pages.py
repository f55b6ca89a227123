"""What the pages of a sample show."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from basis.messages import Message, _, _n
from casework.accounts import queries as accounts
from casework.accounts.rules import Permission
from casework.auditing import engagements, queries, words
from casework.auditing.drawing import METHOD_WORDS, Method
from casework.auditing.estimates import Interval
from casework.auditing.queries import ItemLine, Reproduced
from casework.auditing.results import Results
from casework.auditing.rules import CODE_WORDS, ITEM_WORDS, STRATA_WORDS, VERDICT_WORDS, ItemState, SampleState, Verdict
from casework.auditing.tables import AuditReport, Engagement, EngagementAuditor, ReportState, Sample
from dashboard import addresses
from dashboard.forms import auditing as forms
from dashboard.pages.auditing import ItemRow, ReasonRow, ReproducedPage, SamplePage, StratumRow
from dashboard.pages.base import Place
from dashboard.pages.documents import CheckView
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.routes.document_pages import STANDINGS
from dashboard.sessions import Visit
from dashboard.words import on

STATE_TONES: Mapping[ItemState, Tone] = {
    ItemState.OPEN: Tone.IDLE,
    ItemState.SECOND: Tone.OPEN,
    ItemState.DISPUTED: Tone.TODAY,
    ItemState.DONE: Tone.DONE,
}
_SAME = Badge(Tone.DONE, _("passed"))
_OTHER = Badge(Tone.LATE, _("failed"))
_SHOWN = 200


def day(text: str) -> date:
    """An ISO day. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone


def sample_page(
    session: Session, visit: Visit, sample: Sample, engagement: Engagement, form: Form | None = None
) -> SamplePage:
    """A sample; `form` is that of the signature as it was sent, with what is wrong."""
    lines = queries.work_list(session, sample)
    found = queries.results_of(sample, lines)
    catalogue = visit.installation.catalogue
    codes = {line.item.stratum for line in lines} | set(found.strata)
    names = words.stratum_names(session, catalogue, sample.strata, codes) if sample.strata else {}
    people = accounts.people(session, {sample.drawn_by, sample.signed_by})
    report = queries.report_of(session, sample)
    signed = sample.state is SampleState.SIGNED
    ready = not signed and found.whole.done == found.whole.drawn and _leads(session, visit, engagement)
    number = sample.number
    return SamplePage(
        base=visit.at(Place.AUDITS),
        back=Link(addresses.engagement(engagement.number), engagement.title),
        heading=number,
        summary=_("{done} of {count} documents are read", done=found.whole.done, count=found.whole.drawn),
        status=Badge(Tone.DONE, _("signed")) if signed else Badge(Tone.OPEN, _("being read")),
        acts=_acts(number, report),
        facts=_facts(session, visit, sample, people[sample.drawn_by].name),
        seed=sample.seed,
        digest=sample.population_sha256,
        results=_results(sample, found),
        note=_note(sample, found),
        reasons=tuple(ReasonRow(CODE_WORDS[code], count) for code, count in found.codes.items()),
        strata=tuple(
            StratumRow(names.get(name, name), one.population, one.drawn, one.counted, _rate(one.rate, one.limits))
            for name, one in found.strata.items()
        ),
        items=tuple(_item(number, line, names, signed=signed) for line in lines),
        sign=(form or forms.sign(number)) if ready else None,
        report_waits=_("The report is being made.") if signed and not _issued(report) else "",
        conclusion=sample.conclusion,
    )


def reproduced_page(visit: Visit, sample: Sample, again: Reproduced) -> ReproducedPage:
    """The draw repeated, and the commands with which anybody repeats it."""
    good = again.hash_fits and again.same
    kept = _("The list that is kept has the SHA-256 that was kept with it.")
    lost = _("The list that is kept has another SHA-256 than the one that was kept with it.")
    same = _("The same documents came out, in the same order.")
    other = _("Other documents came out than those that are kept.")
    return ReproducedPage(
        base=visit.at(Place.AUDITS),
        back=Link(addresses.sample(sample.number), sample.number),
        heading=_("{number}, drawn again", number=sample.number),
        status=Badge(Tone.DONE, _("The draw is the same")) if good else Badge(Tone.LATE, _("The draw is not the same")),
        checks=(
            CheckView(_("Population"), _SAME if again.hash_fits else _OTHER, kept if again.hash_fits else lost),
            CheckView(_("Draw"), _SAME if again.same else _OTHER, same if again.same else other),
        ),
        drawn=tuple(
            Fact(_("No. {position}", position=place), one.number) for place, one in enumerate(again.drawn, start=1)
        ),
        changed=tuple(Fact(one.number, STANDINGS[one.standing.value].text) for one in again.changed[:_SHOWN]),
        added=again.added[:_SHOWN],
        commands=recipe(sample),
    )


def recipe(sample: Sample) -> str:
    """Shell commands that check the population and repeat a random draw."""
    file = f"{sample.number}-population.tsv"
    lines = [f"sha256sum {file}    # {sample.population_sha256}"]
    if sample.method is Method.RANDOM:
        lines += [
            f"cut -f1,2 {file} | while read -r id number; do",
            f'  key=$(printf %s {shlex.quote(sample.seed)}"$id" | sha256sum | cut -c1-64)',
            '  echo "$key $number"',
            f"done | sort | head -n {sample.size}",
        ]
    return "\n".join(lines)


def _acts(number: str, report: AuditReport | None) -> tuple[Link, ...]:
    acts = [
        Link(addresses.sample(number, "reproduce"), _("Draw it again")),
        Link(addresses.sample(number, "population.tsv"), _("Population (TSV)")),
        Link(addresses.query(addresses.NEW_AUDIT_PACK, sample=number), _("Pack for others to check")),
    ]
    if report is not None and _issued(report):
        acts.insert(0, Link(addresses.sample(number, "report"), _("Download the report"), primary=True))
    return tuple(acts)


def _issued(report: AuditReport | None) -> bool:
    return report is not None and report.state is ReportState.ISSUED


def _leads(session: Session, visit: Visit, engagement: Engagement) -> bool:
    place = session.get(EngagementAuditor, (engagement.id, visit.account.id))
    return (
        place is not None
        and place.lead
        and visit.may(Permission.AUDIT)
        and engagements.is_open(engagement, visit.today)
    )


def _facts(session: Session, visit: Visit, sample: Sample, drawn_by: str) -> tuple[Fact, ...]:
    facts = [Fact(label, value) for label, value in words.asked(session, visit.installation.catalogue, sample)]
    facts += [
        Fact(_("Population"), _n("{count} document", "{count} documents", sample.population_size)),
        Fact(_("Method"), METHOD_WORDS[sample.method]),
    ]
    if sample.strata:
        facts.append(Fact(_("Strata"), STRATA_WORDS[sample.strata]))
    facts += [
        Fact(_("Second reader"), _("{share} %, and every exception", share=sample.second_share)),
        Fact(_("Drawn"), _("{day} by {name}", day=on(sample.drawn_on), name=drawn_by)),
    ]
    if sample.signed_on is not None:
        facts.append(Fact(_("Signed"), on(sample.signed_on)))
    return tuple(facts)


def _results(sample: Sample, found: Results) -> tuple[Fact, ...]:
    whole = found.whole
    facts = [
        Fact(VERDICT_WORDS[Verdict.AGREE], str(whole.agree)),
        Fact(VERDICT_WORDS[Verdict.EXCEPTION], str(whole.exceptions)),
        Fact(VERDICT_WORDS[Verdict.NOT_EXAMINABLE], str(whole.not_examinable)),
    ]
    if whole.done:
        facts.append(Fact(_("Rate of exceptions in the sample"), _percent(whole.rate)))
    if whole.limits:
        facts.append(Fact(_("Rate of all documents"), _between(whole.limits, sample.confidence)))
    if found.weighted is not None:
        facts.append(Fact(_("Rate weighted by strata"), _percent(found.weighted)))
    if found.binomial:
        facts.append(Fact(_("Clopper-Pearson limits"), _between(found.binomial, sample.confidence)))
    return tuple(facts)


def _note(sample: Sample, found: Results) -> Text:
    if found.whole.done < found.whole.drawn:
        return _("Limits are estimated when all documents are read.")
    if sample.method is Method.RISK:
        return _("Documents with signs of risk were drawn more often: the rate says nothing of the others.")
    return _("What could not be examined counts as an exception (ISA 530, paragraph 11).")


def _item(number: str, line: ItemLine, names: Mapping[str, Text], *, signed: bool) -> ItemRow:
    outcome = line.outcome
    verdict: Text = VERDICT_WORDS[outcome.verdict] if outcome else ""
    if outcome and outcome.code:
        verdict = _("{verdict}: {reason}", verdict=verdict, reason=CODE_WORDS[outcome.code])
    position = line.item.position
    about = _("document {number}", number=line.certificate.number)
    stratum: Text = names.get(line.item.stratum, "") if names else ""
    if not names and line.item.weight > 1:
        stratum = _("weight {weight}", weight=line.item.weight)
    said: Text = _("Verdicts") if signed or line.state is ItemState.DONE else _("Read")
    return ItemRow(
        read=Link(
            addresses.sample(number, "items", position), _("{position}. {what}", position=position, what=said), about
        ),
        document=Link(addresses.document(line.certificate.id), line.certificate.number),
        title=Message(line.certificate.title),
        stratum=stratum,
        verdict=verdict,
        status=Badge(STATE_TONES[line.state], ITEM_WORDS[line.state]),
    )


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f} %"


def _between(found: Interval, confidence: int) -> Text:
    return _(
        "between {low} and {high}, with {confidence} % confidence",
        low=_percent(found.low),
        high=_percent(found.high),
        confidence=confidence,
    )


def _rate(rate: float, limits: Interval | None) -> Text:
    if limits is None:
        return _percent(rate)
    return _("{rate} ({low} to {high})", rate=_percent(rate), low=_percent(limits.low), high=_percent(limits.high))
