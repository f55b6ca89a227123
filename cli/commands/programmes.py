"""predeparture programme: what each programme asks, of whom and by when; what differs; whether a file is sound."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput, NotFound, Unavailable
from basis.messages import _, _n
from cli.commands import countries
from cli.console import Sign, emit, line, table
from cli.console import as_json as in_json
from cli.house import FINDINGS
from cli.opening import AsJson, opened, read_file

if TYPE_CHECKING:
    from checklists.catalogue import Catalogue
    from checklists.differences import Difference
    from checklists.explaining import AskedOf, Explanation, Ground
    from checklists.files.problems import Problem
    from checklists.programme import LegalBasis, Programme, Requirement

app = typer.Typer(no_args_is_help=True, help=str(_("Programmes: what each asks, and checks of their files.")))

_MOST = 2 * 2**20

Which = Annotated[
    str, typer.Argument(metavar="ID[@VERSION]|FILE", help=str(_("A programme, in a version or the newest, or a file.")))
]


def _catalogue() -> Catalogue:
    """Of the installation, with the versions that it published itself; where there is none, what is shipped."""
    from checklists.catalogue import Catalogue

    try:
        return opened().catalogue
    except Unavailable:
        return Catalogue.load()


def _drafts() -> tuple[Programme, ...]:
    from checklists.catalogue import Catalogue

    return Catalogue.load().drafts


def _chosen(which: str) -> Programme:
    """The programme that a person named: a file, ``ID`` or ``ID@VERSION``; shipped drafts are found too."""
    from checklists.catalogue import read_programme

    path = Path(which)
    if path.suffix in (".yaml", ".yml", ".json"):
        return read_programme(read_file(path, _MOST), path.name)
    programme_id, _at, version = which.partition("@")
    try:
        return _catalogue().get(programme_id, version or None)
    except NotFound:
        for draft in reversed(_drafts()):
            if draft.id == programme_id and version in ("", draft.version):
                return draft
        raise


@app.command("list", help=str(_("All programmes, their versions, and from when each is in force.")))
def list_all(as_json: AsJson = False) -> None:
    catalogue = _catalogue()
    states = _states(catalogue, _drafts(), _today())
    if as_json:
        emit(
            "programmes",
            programmes=[
                {
                    "id": one.id,
                    "version": one.version,
                    "title": one.title,
                    "origins": list(one.origins),
                    "destinations": list(one.destinations),
                    "published_on": one.published_on.isoformat(),
                    "in_force_from": one.in_force_from.isoformat(),
                    "replaces": one.replaces or None,
                    "state": state,
                    "digest": one.digest,
                    "newest": state != "draft" and catalogue.versions(one.id)[-1] == one.version,
                }
                for one, state in states
            ],
        )
        return
    words = {"draft": _("draft"), "in_force": _("in force"), "later": _("later"), "replaced": _("replaced")}
    table(
        (_("Programme"), _("Version"), _("Title"), _("Route"), _("In force from"), _("State")),
        [
            (one.id, one.version, one.label, one.route, one.in_force_from.isoformat(), words[state])
            for one, state in states
        ],
    )


def _states(catalogue: Catalogue, drafts: Iterable[Programme], today: date) -> list[tuple[Programme, str]]:
    """Every version with what it is on a day: in_force, replaced by a newer one, later, or a draft."""
    in_force = {(one.id, one.version) for one in catalogue.latest(today)}
    published = {(one.id, one.version) for one in catalogue.programmes}
    states = []
    for one in catalogue.programmes:
        if one.in_force_from > today:
            states.append((one, "later"))
        else:
            states.append((one, "in_force" if (one.id, one.version) in in_force else "replaced"))
    return states + [(one, "draft") for one in drafts if (one.id, one.version) not in published]


@app.command("show", help=str(_("The stages and requirements of a programme, with their sources.")))
def show(
    programme: Which,
    version: Annotated[str, typer.Option("--version", help=str(_("A version; default the newest.")))] = "",
    as_json: AsJson = False,
) -> None:
    found = _chosen(f"{programme}@{version}" if version else programme)
    if as_json:
        written = found.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"digest"})
        emit("programme", programme=written, digest=found.digest)
        return
    line(f"{found.label} · {found.id} {found.version} · {found.route}")
    line(_("In force from {day}; at least {age} years old.", day=found.in_force_from, age=found.minimum_age))
    for stage in found.in_order:
        line()
        after = ", ".join(stage.after)
        line(_("{title} ({kind}), signed off: {who}", title=stage.label, kind=stage.kind.value, who=stage.sign_off))
        if after:
            line(_("stands on: {stages}", stages=after))
        table(
            (_("Requirement"), _("Provided by"), _("Verified by"), _("Source")),
            [(one.label, one.provided_by.value, one.verified_by.value, _source(one)) for one in stage.requirements],
        )


def _source(requirement: Requirement) -> str:
    return _basis(requirement.legal_basis)


def _basis(basis: LegalBasis) -> str:
    unconfirmed = "" if basis.confirmed else f" ({_('not confirmed')})"
    return f"{basis.label}, {basis.as_of.isoformat()}{unconfirmed}"


@app.command("check", help=str(_("Check programme files; without a file those that are shipped, and their history.")))
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help=str(_("Programme files.")))] = None,
    as_json: AsJson = False,
) -> None:
    from checklists.catalogue import SHIPPED, Catalogue, InvalidProgramme

    results = [_checked(path) for path in files or sorted(SHIPPED.glob("*.yaml"))]
    if not files and not any(problems for _name, _programme, problems in results):
        try:
            Catalogue.load()
        except InvalidProgramme as error:
            results.append((str(SHIPPED.name), None, error.problems))
    if as_json:
        emit("programme-check", files=[_shape(*result) for result in results])
    else:
        for name, programme, problems in results:
            if programme is not None:
                sound = _("{file}: sound, {id} {version}", file=name, id=programme.id, version=programme.version)
                line(sound, Sign.GOOD)
            for problem in problems:
                line(str(problem), Sign.BAD)
    if any(problems for _name, _programme, problems in results):
        raise typer.Exit(FINDINGS)


def _checked(path: Path) -> tuple[str, Programme | None, tuple[Problem, ...]]:
    from checklists.catalogue import InvalidProgramme, read_programme

    try:
        return _name(path), read_programme(read_file(path, _MOST), path.name), ()
    except InvalidProgramme as error:
        return _name(path), None, error.problems


def _name(path: Path) -> str:
    """A shipped file by its name alone, any other as it was given."""
    from checklists.catalogue import SHIPPED

    return path.name if path.parent == SHIPPED else str(path)


def _shape(name: str, programme: Programme | None, problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "file": name,
        "sound": not problems,
        "id": programme.id if programme else None,
        "version": programme.version if programme else None,
        "problems": [
            {
                "line": problem.line,
                "where": problem.where,
                "message": str(problem.message),
                "meant": problem.meant,
            }
            for problem in problems
        ],
    }


@app.command("diff", help=str(_("What differs between two versions: what is asked more, less, or otherwise.")))
def diff(old: Which, new: Which, as_json: AsJson = False) -> None:
    from checklists.differences import differences

    found = differences(_chosen(old), _chosen(new))
    if as_json:
        emit("programme-diff", old=found.old, new=found.new, differences=[_difference(one) for one in found.items])
        return
    line(_("From {old} to {new}:", old=found.old, new=found.new))
    if not found.items:
        line(_("Nothing that is asked or promised differs."), Sign.GOOD)
    words = {
        "added": _("added"),
        "dropped": _("dropped"),
        "tightened": _("stricter"),
        "loosened": _("milder"),
        "changed": _("different"),
    }
    table((_("Change"), _("What")), [(words[one.change.value], one.words) for one in found.items])


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "change": one.change.value,
        "part": one.part.value,
        "id": one.id,
        "stage": one.stage,
        "key": one.key,
        "words": str(one.words),
    }


@app.command("explain", help=str(_("What a programme asks of one worker, of whom, by when, and on which basis.")))
def explain(
    programme: Which,
    worker_file: Annotated[
        Path, typer.Option("--worker-file", metavar="FILE", help=str(_("The worker: YAML or JSON, see the commands.")))
    ],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help=str(_("The day asked about; default today.")))] = "",
    as_json: AsJson = False,
) -> None:
    from checklists import explaining

    rules = _chosen(programme)
    day = _day(on)
    worker = explaining.read_worker(read_file(worker_file, _MOST), worker_file.name)
    tell(rules, explaining.explain(rules, explaining.facts_of(worker, rules, day), day), as_json=as_json)


def tell(rules: Programme, found: Explanation, *, as_json: bool) -> None:
    """Print what a programme asks of one worker."""
    if as_json:
        emit("programme-explanation", **_explained(rules, found))
        return
    line(f"{rules.label} · {rules.id} {rules.version} · {found.on.isoformat()}")
    _say_eligible(found)
    _say_plan(found)
    table(
        (_("Stage"), _("Requirement"), _("Of whom"), _("From"), _("By"), _("State"), _("Paid by"), _("Source")),
        [
            (
                one.stage.label,
                _title(one),
                one.requirement.provided_by.value,
                _iso(one.item.useful_from) if one.item else None,
                _iso(one.item.latest) if one.item else None,
                one.why,
                _payers(one),
                _source(one.requirement),
            )
            for one in found.asked
        ],
    )
    countries.show(found.countries)
    by_hand = ", ".join(stage.certificate.title for stage in rules.stages if stage.certificate.wet_signature)
    if by_hand:
        line(_("Signed and stamped by hand: {titles}.", titles=by_hand))
    if not all(one.sure for one in found.asked):
        line(_("(?): whether it is asked is not known yet."))


def _title(one: AskedOf) -> str:
    title = f"{one.requirement.label} {one.subject}" if one.requirement.each else str(one.requirement.label)
    return title if one.sure else f"{title.rstrip()} (?)"


def _say_eligible(found: Explanation) -> None:
    if found.eligible:
        line(_("The worker can take part."), Sign.GOOD)
    elif found.eligible is False:
        line(_("The worker cannot take part."), Sign.BAD)
    else:
        line(_("Whether the worker can take part is not known yet."), Sign.WARNING)
    for sign, grounds in ((Sign.BAD, found.against), (Sign.WARNING, found.open)):
        for ground in grounds:
            line(str(ground.label) + (f" · {_basis(ground.legal_basis)}" if ground.legal_basis else ""), sign)


def _say_plan(found: Explanation) -> None:
    planned = found.plan
    if planned.earliest_departure is None:
        line(_("Everything can be done by {day}.", day=planned.earliest_completion))
        return
    line(_("The earliest possible departure is {day}.", day=planned.earliest_departure))
    if planned.late_by:
        line(
            _n(
                "The planned one comes {count} day too early.",
                "The planned one comes {count} days too early.",
                planned.late_by,
            ),
            Sign.BAD,
        )


def _payers(one: AskedOf) -> str:
    bearers = dict.fromkeys((one.requirement.cost_borne_by, *one.requirement.may_be_borne_by))
    return ", ".join(bearer.value for bearer in bearers if bearer.value != "nobody")


def _explained(rules: Programme, found: Explanation) -> dict[str, Any]:
    return {
        "programme": rules.id,
        "version": rules.version,
        "digest": rules.digest,
        "on": found.on.isoformat(),
        "eligible": found.eligible,
        "against": [_ground(one) for one in found.against],
        "open": [_ground(one) for one in found.open],
        "earliest_departure": _iso(found.plan.earliest_departure),
        "earliest_completion": _iso(found.plan.earliest_completion),
        "late_by": found.plan.late_by,
        "asked": [_asked(one) for one in found.asked],
        "countries": countries.shape(found.countries),
        "signed_by_hand": [stage.id for stage in rules.stages if stage.certificate.wet_signature],
    }


def _asked(one: AskedOf) -> dict[str, Any]:
    item = one.item
    return {
        "stage": one.stage.id,
        "requirement": one.requirement.id,
        "subject": one.subject,
        "title": one.requirement.title,
        "sure": one.sure,
        "status": one.status.value,
        "why": str(one.why),
        "provided_by": one.requirement.provided_by.value,
        "verified_by": one.requirement.verified_by.value,
        "actor": one.actor.value if one.actor else None,
        "useful_from": _iso(item.useful_from) if item else None,
        "start_by": _iso(item.start_by) if item else None,
        "latest": _iso(item.latest) if item else None,
        "earliest": _iso(item.earliest) if item else None,
        "at_risk": item.at_risk if item else None,
        "cost_borne_by": one.requirement.cost_borne_by.value,
        "may_be_borne_by": [bearer.value for bearer in one.requirement.may_be_borne_by],
        "legal_basis": _basis_shape(one.requirement.legal_basis),
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {
        "label": str(ground.label),
        "legal_basis": _basis_shape(ground.legal_basis) if ground.legal_basis else None,
    }


def _basis_shape(basis: LegalBasis) -> dict[str, Any]:
    return basis.model_dump(mode="json")


@app.command("schema", help=str(_("The JSON Schema of a programme file, for editors.")))
def schema() -> None:
    from checklists.files.schema import programme_schema

    print(in_json(programme_schema()))


def _today() -> date:
    return datetime.now().astimezone().date()


def _day(text: str) -> date:
    if not text:
        return _today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "invalid_day", _("The day asked about is not a date."), _("Write it as 2027-06-01.")
        ) from None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
