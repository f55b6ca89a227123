"""What each programme asks, with the source of every rule: for everybody who is signed in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session, col, func, select
from starlette.responses import Response

from basis.messages import Message, _, _n
from casework.accounts.rules import ROLE_WORDS, Permission
from casework.cases.changes import visible
from casework.cases.tables import Case
from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.programme import (
    AUTOMATIC,
    Each,
    HoldUntil,
    Programme,
    Provider,
    Requirement,
    Stage,
    Validity,
)
from dashboard import addresses, words
from dashboard.cases.requirements import source
from dashboard.pages import programmes as pages
from dashboard.pages.base import Place
from dashboard.paging import check_names, given
from dashboard.parts import Fact, Link, Source, Text
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_PROVIDERS: Mapping[Provider, Message] = {
    Provider.WORKER: _("worker"),
    Provider.AGENCY: _("agency"),
    Provider.EMPLOYER: _("employer"),
    Provider.OFFICE: _("office"),
    Provider.CLINIC: _("clinic"),
    Provider.AUTHORITY: _("authority"),
    Provider.PROVIDER: _("training provider"),
    Provider.POLICE: _("police"),
    Provider.ENGINE: _("checked by itself"),
}
_ANCHORS: Mapping[str, Message] = {
    "issued_on": _("its issue"),
    "tested_on": _("the test"),
    "decided_on": _("the decision"),
    "examined_on": _("the examination"),
    "xray_on": _("the X-ray"),
    "screened_on": _("the screening"),
    "completed_on": _("its completion"),
    "attended_on": _("the attendance"),
    "signed_on": _("the signature"),
}
_ON_TRACK = re.compile(r"track == '([a-z0-9_]+)'")
_GAPS = re.compile(r"gap\('[a-z0-9_]+'\)(?: or gap\('[a-z0-9_]+'\))*")
_GAP = re.compile(r"gap\('([a-z0-9_]+)'\)")


@router.get(addresses.PROGRAMMES)
def listed(request: Request, visit: Signed) -> Response:
    check_names(given(request))
    programmes = sorted(visit.installation.catalogue.programmes, key=lambda one: (one.title, one.version), reverse=True)
    with visit.database.read() as session:
        cases = _cases(session, visit)
    page = pages.ProgrammeList(
        base=visit.at(Place.PROGRAMMES),
        summary=_n("{count} version of a programme", "{count} versions of programmes", len(programmes)),
        rows=tuple(
            pages.ProgrammeRow(
                title=Link(addresses.programme(one.id, one.version), one.label),
                route=one.route,
                version=one.version,
                published=words.on(one.published_on),
                cases=cases.get((one.id, one.version), 0),
            )
            for one in programmes
        ),
    )
    return show(page)


@router.get("/programmes/{programme_id}/{version}")
def page(visit: Signed, programme_id: str, version: str) -> Response:
    programme = visit.installation.catalogue.get(programme_id, version)
    summary = _(
        "Version {version}, published on {day}. {summary}",
        version=programme.version,
        day=words.on(programme.published_on),
        summary=Message(programme.summary) if programme.summary else "",
    )
    shown = pages.ProgrammePage(
        base=visit.at(Place.PROGRAMMES),
        heading=programme.label,
        summary=summary,
        facts=_facts(programme),
        stages=tuple(_stage(programme, stage) for stage in programme.in_order),
        sources=_sources(programme),
    )
    return show(shown)


def _cases(session: Session, visit: Visit) -> dict[tuple[str, str], int]:
    """Cases that the reader may know of, by programme and version."""
    if not visit.may(Permission.SEE_CASES):
        return {}
    query = select(Case.programme_id, Case.programme_version, func.count()).where(visible(visit.actor))
    rows = session.exec(query.group_by(col(Case.programme_id), col(Case.programme_version)))
    return {(programme, version): count for programme, version, count in rows}


def _facts(programme: Programme) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Route"), programme.route),
        Fact(_("Tracks"), ", ".join(str(track.label) for track in programme.tracks)),
        Fact(_("Youngest age"), str(programme.minimum_age)),
    ]
    if programme.language is not None:
        aim = programme.language
        level = _("{level} of {language}", level=aim.level, language=words.language(aim.code))
        facts.append(Fact(_("Language"), level))
    if programme.loan is not None:
        loan = programme.loan
        terms = _(
            "at most {cap}, {count} instalments after {grace} months, no interest",
            cap=loan.cap,
            count=loan.instalments,
            grace=loan.grace_months,
        )
        facts.append(Fact(_("Travel loan"), terms))
    if programme.curriculum:
        hours = programme.minutes_of_curriculum() / 60
        facts.append(
            Fact(
                _("Orientation"),
                _("{count} modules, {hours} hours", count=len(programme.curriculum), hours=f"{hours:g}"),
            )
        )
    return tuple(facts)


def _stage(programme: Programme, stage: Stage) -> pages.AskedStage:
    tracks = [str(track.label) for track in programme.tracks if stage.on_track(track.id)]
    earlier = [str(found.label) for name in stage.after if (found := programme.stage(name)) is not None]
    after = _("after {stages}", stages=", ".join(earlier)) if earlier else _("from the beginning")
    if stage.sign_off == AUTOMATIC:
        signs = _("signed off by itself as soon as everything is met")
    else:
        signs = _("signed off by: {role}", role=ROLE_WORDS[stage.sign_off])
    return pages.AskedStage(
        id=stage.id,
        title=stage.label,
        tracks="; ".join([", ".join(tracks), *([str(_condition(programme, stage.when))] if stage.when else [])]),
        after=after,
        sign_off=signs,
        certificate=Message(stage.certificate.title),
        requirements=tuple(_requirement(programme, one) for one in stage.requirements),
    )


def _requirement(programme: Programme, one: Requirement) -> pages.AskedRequirement:
    verified: Text = ROLE_WORDS[one.verified_by]
    if one.independent:
        verified = _("{role}, somebody other than who recorded it", role=verified)
    return pages.AskedRequirement(
        title=one.label,
        asked=_asked(programme, one),
        provided_by=_PROVIDERS[one.provided_by],
        verified_by=verified,
        holds=_holds(one.validity) if one.validity else _("as long as it is not withdrawn"),
        source=source(one.legal_basis),
    )


def _asked(programme: Programme, one: Requirement) -> Text:
    said: list[Message] = []
    if one.each is Each.RESIDENCE and programme.residence is not None:
        rule = programme.residence
        said.append(
            _(
                "for each country lived in for {months} months or more since the age of {age}",
                months=rule.months,
                age=rule.since_age,
            )
        )
    elif one.each is Each.MODULE:
        said.append(_("for each module"))
    if one.when is not None:
        said.append(_condition(programme, one.when))
    return "; ".join(str(part) for part in said)


def _condition(programme: Programme, condition: Condition) -> Message:
    """A condition in words; one that has no words of its own as it stands in the file."""
    on_track = _ON_TRACK.fullmatch(condition.text)
    track = programme.track(on_track[1]) if on_track else None
    if track is not None:
        return _("only on the track {track}", track=track.label)
    if condition.text == "loan_asked":
        return _("only if a loan is asked for")
    if _GAPS.fullmatch(condition.text):
        asked = [requirement for name in _GAP.findall(condition.text) for requirement in programme.asking_for(name)]
        titles = dict.fromkeys(str(requirement.label) for _stage, requirement in asked)
        return _("only if a gap was found: {requirements}", requirements=", ".join(titles))
    return _("only if: {condition}", condition=condition.text)


def _holds(validity: Validity) -> Text:
    said: list[Message] = []
    if validity.max_age is not None and validity.anchor is not None:
        said.append(_("{length} from {anchor}", length=_length(validity.max_age), anchor=_anchor(validity.anchor)))
    said.extend(
        _("{length} from {anchor}", length=_length(limit.max_age), anchor=_anchor(limit.anchor))
        for limit in validity.also
    )
    if validity.last_day is not None:
        said.append(_("until the last day it names"))
    if validity.must_hold_until is HoldUntil.DEPARTURE:
        if validity.margin != Duration():
            said.append(_("and still {length} after departure", length=_length(validity.margin)))
        else:
            said.append(_("and still on the day of departure"))
    return ", ".join(str(part) for part in said) or _("as long as it is not withdrawn")


def _anchor(name: str) -> Text:
    return _ANCHORS.get(name) or _("the day “{name}”", name=name.replace("_", " "))


def _length(length: Duration) -> Text:
    parts: list[Message] = []
    years, months = divmod(length.months, 12)
    if years:
        parts.append(_n("{count} year", "{count} years", years))
    if months:
        parts.append(_n("{count} month", "{count} months", months))
    if length.days:
        parts.append(_n("{count} day", "{count} days", length.days))
    return " ".join(str(part) for part in parts) or _n("{count} day", "{count} days", 0)


def _sources(programme: Programme) -> tuple[Source, ...]:
    found = [*programme.sources]
    if programme.residence is not None:
        found.append(programme.residence.legal_basis)
    if programme.loan is not None:
        found.append(programme.loan.legal_basis)
    return tuple(source(one) for one in found)
