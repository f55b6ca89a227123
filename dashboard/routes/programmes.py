"""What each programme asks, with the source of every rule: for everybody, signed in or not.

Who is not signed in sees the same programmes and no number of cases; whoever asks, a draft is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request
from sqlmodel import Session, col, func, select
from starlette.responses import Response

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases.changes import visible
from casework.cases.rules import SOURCE_WORDS, CaseSource
from casework.cases.tables import Case
from casework.programmes.queries import suspended
from casework.programmes.rules import Suspended
from checklists.catalogue import Catalogue, age
from checklists.programme import LegalBasis, Programme
from dashboard import addresses, words
from dashboard.cases.requirements import source
from dashboard.pages import programmes as pages
from dashboard.pages.base import Base, Place
from dashboard.paging import check_names, given
from dashboard.parts import Badge, Fact, Link, Source, Tone
from dashboard.programmes import asked, lending, rules
from dashboard.sessions import PerhapsSigned, Visit, installation_of, public_base
from dashboard.views import show

router = APIRouter()
_TO_VERSIONS = Link(addresses.VERSIONS, _("Drafts, suspensions and migrations"))


@router.get(addresses.PROGRAMMES)
def listed(request: Request, visit: PerhapsSigned) -> Response:
    check_names(given(request))
    installation = installation_of(request)
    programmes = _sorted(installation.catalogue, installation.database.today(), all_of_them=visit is not None)
    cases: Mapping[tuple[str, str], int] | None = None
    if visit is not None:
        with installation.database.read() as session:
            cases = _cases(session, visit)
    page = pages.ProgrammeList(
        base=_base(request, visit),
        summary=_("What each programme asks, in which order, how long it takes, who pays, and on which legal basis."),
        counts=cases is not None,
        rows=tuple(
            pages.ProgrammeRow(
                title=Link(addresses.programme(one.id, one.version), one.label),
                route=one.route,
                version=one.version,
                published=words.on(one.published_on),
                cases=None if cases is None else cases.get((one.id, one.version), 0),
            )
            for one in programmes
        ),
        acts=(_TO_VERSIONS,) if visit is not None and visit.may(Permission.SEE_VERSIONS) else (),
    )
    return show(page)


@router.get("/programmes/{programme_id}/{version}")
def page(request: Request, visit: PerhapsSigned, programme_id: str, version: str) -> Response:
    installation = installation_of(request)
    programme = installation.catalogue.get(programme_id, version)
    today = installation.database.today()
    with installation.database.read() as session:
        stopped = suspended(session, [programme_id]).get(programme_id)
    begun = asked.plans(programme, today)
    shown = pages.ProgrammePage(
        base=_base(request, visit),
        heading=programme.label,
        summary=Message(programme.summary) if programme.summary else "",
        version=_version(programme),
        notices=tuple(notices(installation.catalogue, programme, today, stopped)),
        facts=in_short(programme),
        durations=asked.durations(programme, begun, today),
        certainty=_certainty(programme),
        before=rules.before(programme),
        stages=asked.stages(programme, begun),
        after=rules.after(programme),
        sources=_sources(programme),
        others=_others(installation.catalogue, programme),
    )
    return show(shown)


def _base(request: Request, visit: Visit | None) -> Base:
    return replace(public_base(request), place=Place.PROGRAMMES) if visit is None else visit.at(Place.PROGRAMMES)


def _sorted(catalogue: Catalogue, today: date, *, all_of_them: bool) -> list[Programme]:
    """By title, of each the newest version first. The public is shown the versions in force."""
    shown = list(catalogue.programmes) if all_of_them else catalogue.latest(on=today)
    newest_first = sorted(shown, key=lambda one: age(one.version), reverse=True)
    return sorted(newest_first, key=lambda one: one.title)


def _cases(session: Session, visit: Visit) -> dict[tuple[str, str], int]:
    """Cases that the reader may know of, by programme and version."""
    if not visit.may(Permission.SEE_CASES):
        return {}
    query = select(Case.programme_id, Case.programme_version, func.count()).where(visible(visit.actor))
    rows = session.exec(query.group_by(col(Case.programme_id), col(Case.programme_version)))
    return {(programme, version): count for programme, version, count in rows}


def _version(programme: Programme) -> Message:
    if programme.in_force_from == programme.published_on:
        text = _("Version {version}, published on {day}.")
    else:
        text = _("Version {version}, published on {day}, for new cases from {begin}.")
    begin = words.on(programme.in_force_from)
    return text.with_params({"version": programme.version, "day": words.on(programme.published_on), "begin": begin})


def notices(catalogue: Catalogue, programme: Programme, today: date, stopped: Suspended | None) -> Iterator[Badge]:
    """What is out of the ordinary: suspended, not in force yet, or followed by another version."""
    if stopped is not None:
        day = words.on(stopped.since)
        yield Badge(Tone.LATE, _("Nobody is cleared since {day}: {reason}", day=day, reason=stopped.reason))
    if programme.in_force_from > today:
        day = words.on(programme.in_force_from)
        yield Badge(Tone.WAIT, _("This version is not in force yet; new cases take it from {day}.", day=day))
        return
    newest = catalogue.get(programme.id, on=today)
    if newest.version != programme.version:
        yield Badge(Tone.TODAY, _("New cases take version {version}.", version=newest.version))


def _others(catalogue: Catalogue, programme: Programme) -> tuple[Link, ...]:
    versions = reversed(catalogue.versions(programme.id))
    return tuple(
        Link(addresses.programme(programme.id, version), _("version {version}", version=version))
        for version in versions
        if version != programme.version
    )


def in_short(programme: Programme) -> tuple[Fact, ...]:
    """What stands at the head of the page."""
    facts = [
        Fact(_("Route"), programme.route),
        Fact(_("Tracks"), ", ".join(str(track.label) for track in programme.tracks)),
        Fact(_("Youngest age"), str(programme.minimum_age)),
    ]
    if programme.intake:
        ways = ", ".join(str(SOURCE_WORDS[CaseSource(way)]) for way in programme.intake)
        facts.append(Fact(_("Workers come"), ways))
    if programme.language is not None:
        aim = programme.language
        level = _("{language}, at least {level}", level=aim.level, language=words.language(aim.code))
        facts.append(Fact(_("Language"), level))
    if programme.loan is not None:
        loan = programme.loan
        terms = _(
            "at most {cap}, {count} instalments, the first {grace}; interest: {interest}",
            cap=loan.cap,
            count=loan.instalments,
            grace=lending.grace(loan),
            interest=lending.interest(loan),
        )
        facts.append(Fact(_("Travel loan"), terms))
    if programme.curriculum:
        hours = programme.minutes_of_curriculum() / 60
        count = _n("{count} module", "{count} modules", len(programme.curriculum))
        facts.append(Fact(_("Orientation"), _("{count}, {hours} hours", count=count, hours=f"{hours:.3g}")))
    return tuple(facts)


def _certainty(programme: Programme) -> Message:
    """How many of the rules were verified."""
    found = list(_bases(programme))
    return _(
        "{confirmed} of {all} rules were read in their source; the others are the programme's own choice or could not"
        " be confirmed, and say so.",
        confirmed=sum(one.confirmed for one in found),
        all=len(found),
    )


def _bases(programme: Programme) -> Iterator[LegalBasis]:
    holders: Iterable[Iterable[LegalBasis]] = (
        (one.legal_basis for _stage, one in programme.requirements()),
        (one.legal_basis for one in programme.eligibility),
        (one.legal_basis for one in programme.fee_ceilings),
        (one.legal_basis for one in programme.entitlements),
        (one.legal_basis for one in programme.contract_terms),
        (one.legal_basis for one in programme.quotas),
        (one.legal_basis for one in programme.recognition),
        (one.legal_basis for one in programme.follow_ups),
        [one.legal_basis for one in (programme.residence, programme.recruitment, programme.loan) if one is not None],
        [programme.minimum_age_basis] if programme.minimum_age_basis is not None else [],
    )
    for holder in holders:
        yield from holder


def _sources(programme: Programme) -> tuple[Source, ...]:
    found = [*programme.sources]
    if programme.residence is not None:
        found.append(programme.residence.legal_basis)
    return tuple(source(one) for one in found)
