"""What a programme file may get wrong although each part of it is well-formed: references, cycles, impossible rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from basis import countries
from basis.messages import _
from basis.working_days import is_calendar
from checklists.files.contract_flaws import contract_flaws
from checklists.files.end_flaws import end_flaws
from checklists.files.flaws import Flaw, Path, asked_tracks, condition_flaws, cyclic, nearest, reached, unknown
from checklists.files.follow_up_flaws import follow_up_flaws
from checklists.files.headroom import could_lapse
from checklists.files.stage_flaws import stage_rule_flaws
from checklists.files.term_flaws import term_flaws

if TYPE_CHECKING:
    from checklists.programme import Programme, Requirement, Stage, Validity

ANCHORS = (
    "issued_on",
    "examined_on",
    "xray_on",
    "tested_on",
    "attended_on",
    "registered_on",
    "screened_on",
    "completed_on",
    "decided_on",
    "expires_on",
)
"""The days of evidence that a validity may count from."""
DECIDING = ("caseworker", "supervisor", "security_officer", "medical_officer", "loan_officer")
"""The roles that decide on evidence and stages; the others hand in, look on or run the installation."""

MACHINE_CHECKS = {
    "passport": ("mrz", "identity"),
    "medical_examination": ("accredited", "identity"),
    "module_attendance": ("identity",),
    "itinerary": ("matches_planned",),
    "diploma_recognition": ("issuer",),
    "language_result": ("occupation_level", "issuer"),
    "professional_ability": ("occupation_experience", "issuer"),
    "loan_approval": ("within_cap",),
    "promissory_note": ("schedule_sums",),
}
"""The automatic checks that are made of these kinds of evidence; another name would be waited for in vain."""


def find_flaws(programme: Programme) -> list[Flaw]:
    """Every flaw, in the order of the file; an empty list is a sound programme.

    What lapses before the rest can be over is looked for last: only a programme that is whole can be planned.
    """
    flaws = [*_doubles(programme), *_cycles(programme), *_places(programme), *term_flaws(programme)]
    flaws.extend(end_flaws(programme))
    flaws.extend(follow_up_flaws(programme))
    flaws.extend(contract_flaws(programme))
    for position, stage in enumerate(programme.stages):
        flaws.extend(_stage_flaws(programme, stage, ("stages", position)))
    return flaws or list(_impossible(programme))


def _doubles(programme: Programme) -> Iterator[Flaw]:
    named: list[tuple[str, Path]] = [
        (f"stage {stage.id}", ("stages", i, "id")) for i, stage in enumerate(programme.stages)
    ]
    named += [(f"track {track.id}", ("tracks", i, "id")) for i, track in enumerate(programme.tracks)]
    named += [(f"module {module.id}", ("curriculum", i, "id")) for i, module in enumerate(programme.curriculum)]
    for key in ("eligibility", "quotas", "entitlements", "contract_terms", "follow_ups"):
        word = {"quotas": "quota"}.get(key, key.removesuffix("s").replace("_", " "))
        named += [(f"{word} {one.id}", (key, i, "id")) for i, one in enumerate(getattr(programme, key))]
    for i, stage in enumerate(programme.stages):
        named.append((f"prefix {stage.certificate.prefix}", ("stages", i, "certificate", "prefix")))
        named += [
            (f"requirement {asked.id}", ("stages", i, "requirements", j, "id"))
            for j, asked in enumerate(stage.requirements)
        ]
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield Flaw(path, _("The {name} is there twice.", name=name))
        seen.add(name)


def _cycles(programme: Programme) -> Iterator[Flaw]:
    stages = cyclic({stage.id: stage.after for stage in programme.stages})
    for position, stage in enumerate(programme.stages):
        path: Path = ("stages", position)
        if stage.id in stages:
            message = _("The stage {stage} stands on itself, through its “after”.", stage=stage.id)
            yield Flaw((*path, "after"), message)
        after = {asked.id: asked.after for asked in stage.requirements}
        on_cycle = cyclic(after)
        for i, asked in enumerate(stage.requirements):
            if asked.id in on_cycle:
                message = _("The requirement {name} waits for itself, through its “after”.", name=asked.id)
                yield Flaw((*path, "requirements", i, "after"), message)


def _places(programme: Programme) -> Iterator[Flaw]:
    """Countries and calendars that do not exist, and tracks on which nothing is asked."""
    for key, codes in (("origin", programme.origins), ("destination", programme.destinations)):
        for code in codes:
            if not countries.is_country(code):
                yield Flaw((key,), _("There is no country {code}; write an ISO 3166-1 code.", code=code))
    yield from _calendar_flaws(programme.calendar, ("calendar",))
    for i, track in enumerate(programme.tracks):
        if not any(stage.on_track(track.id) for stage in programme.stages):
            yield Flaw(("tracks", i, "id"), _("No stage belongs to the track {track}.", track=track.id))


def _calendar_flaws(calendar: str | None, path: Path) -> Iterator[Flaw]:
    if calendar is not None and not is_calendar(calendar):
        yield Flaw(path, _("The working days of {code} are not known; name another country.", code=calendar))


def _stage_flaws(programme: Programme, stage: Stage, path: Path) -> Iterator[Flaw]:
    tracks = [track.id for track in programme.tracks]
    for i, name in enumerate(stage.tracks):
        yield from unknown(name, tracks, (*path, "tracks", i), "track")
    yield from _after_flaws(programme, stage, (*path, "after"))
    if stage.optional and stage.when is None:
        yield Flaw((*path, "optional"), _("An optional stage needs a “when” that says who asks for it."))
    if stage.kind.value == "loan" and programme.loan is None:
        yield Flaw((*path, "kind"), _("A loan stage needs the programme's “loan” terms."))
    yield from stage_rule_flaws(programme, stage, path)
    if not stage.requirements and stage.sign_off == "automatic":
        yield Flaw((*path, "sign_off"), _("A stage without requirements cannot be signed off automatically."))
    if stage.sign_off != "automatic":
        yield from _decided_by(stage.sign_off, (*path, "sign_off"))
    yield from _calendar_flaws(stage.calendar, (*path, "calendar"))
    yield from condition_flaws(programme, stage.when, (*path, "when"))
    if stage.when is not None and not asked_tracks(programme, stage):
        yield Flaw((*path, "when"), _("No case on a track of this stage is ever asked for it."))
    for i, requirement in enumerate(stage.requirements):
        yield from _requirement_flaws(programme, stage, requirement, (*path, "requirements", i))


def _decided_by(role: str, path: Path) -> Iterator[Flaw]:
    if role not in DECIDING:
        yield Flaw(
            path, _("The role {role} decides nothing; choose one of: {roles}.", role=role, roles=", ".join(DECIDING))
        )


def _after_flaws(programme: Programme, stage: Stage, path: Path) -> Iterator[Flaw]:
    stages = {other.id: other for other in programme.stages}
    own = set(asked_tracks(programme, stage))
    for i, name in enumerate(stage.after):
        before = stages.get(name)
        if before is None:
            yield from unknown(name, stages, (*path, i), "stage")
        elif own and own.isdisjoint(asked_tracks(programme, before)):
            message = _("The stage {name} is on none of the tracks of {stage}.", name=name, stage=stage.id)
            yield Flaw((*path, i), message)
    for name in reached(stage.id, {one.id: [name for name in one.after if name in stages] for one in programme.stages}):
        end = stages[name].kind.value
        over = end == "completion" or (end == "departure" and stage.id not in programme.after_preparation)
        if over and own & set(asked_tracks(programme, stages[name])):
            message = _("{name} ends the preparation, so that {stage} is never reached.", name=name, stage=stage.id)
            yield Flaw(path, message)


def _requirement_flaws(programme: Programme, stage: Stage, requirement: Requirement, path: Path) -> Iterator[Flaw]:
    yield from condition_flaws(programme, requirement.when, (*path, "when"))
    tracks = asked_tracks(programme, stage, requirement)
    if requirement.when is not None and not tracks and asked_tracks(programme, stage):
        yield Flaw((*path, "when"), _("No case on a track of its stage is ever asked for this."))
    each = requirement.each.value if requirement.each else ""
    if each == "residence" and programme.residence is None:
        yield Flaw((*path, "each"), _("“each: residence” needs the programme's “residence” rule."))
    if each == "module" and not programme.curriculum:
        yield Flaw((*path, "each"), _("“each: module” needs the programme's “curriculum”."))
    if each and requirement.subject:
        yield Flaw((*path, "subject"), _("With “each” the subject is set by it; leave “subject” out."))
    if requirement.evidence == "language_result" and not requirement.subject:
        yield Flaw((*path, "evidence"), _("A language result needs the language as “subject”, such as de."))
    if requirement.evidence == "language_result" and not re.fullmatch(r"([a-z]{2,3})?", requirement.subject):
        yield Flaw((*path, "subject"), _("Write the language by ISO 639-1, such as de."))
    if requirement.evidence == "watchlist_screening":
        yield from _screening_flaws(requirement, path)
    yield from _check_flaws(requirement, (*path, "checks"))
    yield from _decided_by(requirement.verified_by, (*path, "verified_by"))
    for i, name in enumerate(requirement.after):
        yield from unknown(name, [one.id for one in stage.requirements], (*path, "after", i), "requirement")
    yield from _calendar_flaws(requirement.calendar, (*path, "calendar"))
    if requirement.validity is not None:
        yield from _validity_flaws(programme, requirement.validity, tracks, (*path, "validity"))
        yield from _lapses_sooner(requirement, requirement.validity, path)


def _screening_flaws(requirement: Requirement, path: Path) -> Iterator[Flaw]:
    """One authority that sets a screening aside would take the place of the two officers."""
    for key in ("waivable_by", "conditional_by"):
        if getattr(requirement, key) is not None:
            yield Flaw((*path, key), _("A screening cannot be waived or met later: two officers close each match."))


def _check_flaws(requirement: Requirement, path: Path) -> Iterator[Flaw]:
    every = {name for names in MACHINE_CHECKS.values() for name in names}
    made = list(MACHINE_CHECKS.get(requirement.evidence, every))
    for i, name in enumerate(requirement.checks):
        if name not in made:
            message = _("No automatic check {name} is made of {evidence}.", name=name, evidence=requirement.evidence)
            yield Flaw((*path, i), message, nearest(name, made))


def _validity_flaws(programme: Programme, validity: Validity, tracks: list[str], path: Path) -> Iterator[Flaw]:
    named: list[tuple[str | None, Path]] = [(validity.anchor, ("anchor",)), (validity.last_day, ("last_day",))]
    named += [(limit.anchor, ("also", i, "anchor")) for i, limit in enumerate(validity.also)]
    for name, place in named:
        if name is not None and name not in ANCHORS:
            message = _("There is no day {name}; choose one of: {names}.", name=name, names=", ".join(ANCHORS))
            yield Flaw((*path, *place), message, nearest(name, list(ANCHORS)))
    if validity.must_hold_until.value != "visa_application":
        return
    applying = {
        track
        for stage, asked in programme.asking_for("visa_application")
        for track in asked_tracks(programme, stage, asked)
    }
    for track in tracks:
        if track not in applying:
            message = _("Nothing on the track {track} asks for evidence “visa_application”.", track=track)
            yield Flaw((*path, "must_hold_until"), message)


def _lapses_sooner(requirement: Requirement, validity: Validity, path: Path) -> Iterator[Flaw]:
    age = validity.max_age
    if age is not None and age.days + age.months * 31 <= requirement.lead_days:
        message = _("It must be there {days} days before departure, but lapses sooner.", days=requirement.lead_days)
        yield Flaw((*path, "lead_days"), message)


def _impossible(programme: Programme) -> Iterator[Flaw]:
    if not could_lapse(programme):
        return
    from checklists.schedule import find_impossible  # it plans with programmes, which are checked here

    for stage_id, requirement_id in find_impossible(programme):
        for i, stage in enumerate(programme.stages):
            for j, requirement in enumerate(stage.requirements):
                if (stage.id, requirement.id) == (stage_id, requirement_id):
                    message = _("It lapses before the rest of what is asked can be over.")
                    yield Flaw(("stages", i, "requirements", j, "validity"), message)
