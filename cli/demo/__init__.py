"""``predeparture demo``: a batch of synthetic workers is prepared, stage by stage, in a home of its own.

Killed at any moment and started again it goes on where it was: what has been done stands in the case
database, and what is to be done is derived from it.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from basis.errors import Conflict, Unavailable
from basis.messages import _
from casework import settings as settings_module
from casework.actor import ENGINE
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind, OutboxState
from casework.security import loading
from casework.settings import Settings
from casework.work import Work
from checklists.programme import Programme
from cli import demo_data
from cli.demo import ahead, earlier, entering, granted, hearing, lending, outside, people, recruiting, story
from cli.demo.finish import Summary, finish
from documents.installation import Installation, create, open_installation
from workflows import issuing, relay, runtime
from workflows.engine import CarefulRunner
from workflows.processes import only_engine

HOME: Final = Path("var/demo")
_MARK: Final = "DEMO"
_YEAR_BACK: Final = "opened_on"
_PAUSE_SECONDS: Final = 0.2
_MOST_ROUNDS: Final = 400
"""More than any story takes; people who do the same again and again would never end."""


def run(
    *, serve: bool = True, workers: int | None = None, programme: str = "", console: Console | None = None
) -> Summary:
    """Make or continue the demo; `workers` takes that many rows of the batch only. Then serve its dashboard.

    `programme`: another programme than the one of the shipped batch, with a few synthetic workers made for it.
    Raises `Conflict` (``demo_home``) where another home is configured, `NotFound` for an unknown programme.
    """
    console = console or Console(stderr=True)
    settings = _home()
    with only_engine(settings):
        console.print(f"[bold]predeparture demo[/bold] in {settings.home}")
        _prepare(settings, programme or people.PROGRAMME)
        installation = open_installation(settings)
        played = installation.catalogue.get(programme or people.PROGRAMME, on=installation.database.today())
        began_on = _began(settings.home / _MARK, played.id)
        console.print("Starting Prefect's server (its database is made on the first run) ...")
        with runtime.server(settings), issuing.pool(settings) as renderer:
            runner = CarefulRunner(installation, renderer)
            if played.id == people.PROGRAMME:
                _play_main(installation, played, began_on, workers, renderer, runner, console)
            else:
                cast = _assemble(installation)
                entering.enter(installation, cast, played, began_on, workers)
                _play(installation, cast, played, runner, console)
        summary = finish(installation, played, console)
    if serve:
        _serve(settings, console)
    return summary


def _play_main(
    installation: Installation,
    programme: Programme,
    began_on: date,
    workers: int | None,
    renderer: issuing.Renderer,
    runner: relay.Runner,
    console: Console,
) -> None:
    """The shipped batch: a few of it came a year before; then the others, and what goes on around them."""
    data = entering.first(demo_data.batch(began_on - entering.BATCH_DAYS), workers)
    if _remembered(installation.settings.home / _MARK).get(_YEAR_BACK):
        then = earlier.look_back(installation, programme)
        cast = _assemble(then)
        console.print("The workers of the year before ...")
        earlier.play(then, cast, began_on, workers, renderer)
        then.database.engine.dispose()
        data = earlier.split(data)[1]
    cast = _assemble(installation)
    entering.submit(installation, cast, programme, demo_data.BATCH_NAME, data)
    outside.open_doors(installation, cast)
    _play(installation, cast, programme, runner, console)
    ahead.plan(installation, cast, programme)
    lending.tell(installation, cast)
    recruiting.play(installation, cast, programme)
    hearing.play(installation, cast)
    granted.grant_one(installation, cast, began_on)
    _settle(installation, runner)


def _assemble(installation: Installation) -> people.Cast:
    cast = people.assemble_cast(installation)
    installation.database.run(ENGINE, _load_list)
    return cast


def _home() -> Settings:
    home = HOME.absolute()
    wanted = os.environ.get("PREDEPARTURE_HOME")
    if wanted and Path(wanted).absolute() != home:
        raise Conflict(
            "demo_home",
            _("The demo lives in {home} and touches no other home.", home=str(HOME)),
            _("Run it without PREDEPARTURE_HOME."),
        )
    if (home / "keys").exists() and not (home / _MARK).exists():
        raise Conflict(
            "not_a_demo",
            _("{home} holds an installation that is no demo.", home=str(HOME)),
            _("Move it elsewhere, then run the demo again."),
        )
    settings = settings_module.load(home)
    if settings.database_url or settings.signing_file:
        raise Conflict(
            "demo_settings",
            _("The demo has a database and a signing key of its own, and another one is set."),
            _("Run it without PREDEPARTURE_DATABASE_URL and PREDEPARTURE_SIGNING_FILE."),
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A port of its own, so that the demo runs beside another Prefect server.
    return settings.model_copy(update={"prefect_port": runtime.free_port()})


def _prepare(settings: Settings, programme: str) -> None:
    """Keys, database and the demo's mark, which remembers on which day each programme was first played, and whether a
    few workers came a year before: only where nothing else was played first."""
    mark, now = settings.home / _MARK, datetime.now(UTC)
    if not mark.exists():
        opened = (now - earlier.AGO).date().isoformat()
        _remember(mark, {_YEAR_BACK: opened} if programme == people.PROGRAMME else {})
    made_at = now - earlier.AGO if _YEAR_BACK in _remembered(mark) else now
    create(settings, "Labour Mobility Office Prishtina (demo)", made_at)


def _began(mark: Path, programme: str) -> date:
    """The day on which the programme was first played here: today, unless the mark knows of an earlier run."""
    kept = _remembered(mark)
    name = "began_on" if programme == people.PROGRAMME else programme
    if name not in kept:
        kept |= {name: datetime.now(UTC).date().isoformat()}
        _remember(mark, kept)
    return date.fromisoformat(kept[name])


def _remembered(mark: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads(mark.read_text())
    return kept


def _remember(mark: Path, began: dict[str, str]) -> None:
    part = mark.with_suffix(".part")
    part.write_text(json.dumps(began))
    part.replace(mark)


def _load_list(work: Work) -> None:
    loading.load_list(work, demo_data.watch_list(), "csv", "Demo watch list")


def _play(
    installation: Installation, cast: people.Cast, programme: Programme, runner: relay.Runner, console: Console
) -> None:
    """Engine and people by turns, until neither has anything left to do."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        rows = progress.add_task("Batch becomes cases", total=None)
        issued = progress.add_task("Certificates issued", total=None)
        settled = progress.add_task("Cases played", total=None)

        def report(kind: OutboxKind, count: int) -> None:
            if kind is OutboxKind.ISSUE:
                progress.update(issued, advance=count)

        relay.revive(installation)
        relay.reconcile(installation)
        relay.drain(installation, runner, report)
        told = {case.id for case in earlier.cases(installation).values()}
        parts = story.parts(installation, programme.id, told)
        progress.update(rows, total=len(parts), completed=len(parts))
        waiting, rounds = list(parts), 0
        while waiting:
            rounds += 1
            if rounds > _MOST_ROUNDS:
                raise _stuck(len(waiting))
            waiting = [part for part in waiting if story.play(installation, cast, part)]
            relay.drain(installation, runner, report)
            if not waiting and _still_tried(installation):
                # Something failed and is tried again in a moment; its case may go on then.
                time.sleep(_PAUSE_SECONDS)
                waiting, rounds = list(parts), 0
            progress.update(settled, total=len(parts), completed=len(parts) - len(waiting))


def _stuck(cases: int) -> Unavailable:
    return Unavailable(
        "demo_stuck",
        _("{count} cases of the demo come no further.", count=cases),
        _("Please report this with the output of: predeparture doctor."),
    )


def _settle(installation: Installation, runner: relay.Runner) -> None:
    """The engine does what is due, until nothing is tried again."""
    relay.drain(installation, runner)
    while _still_tried(installation):
        time.sleep(_PAUSE_SECONDS)
        relay.drain(installation, runner)


def _still_tried(installation: Installation) -> bool:
    with installation.database.read() as session:
        return any(item.state is OutboxState.PENDING for item in outbox.unfinished(session))


def _serve(settings: Settings, console: Console) -> None:
    from workflows.supervisor import serve

    console.print(
        f"\nThe dashboard: [bold]http://{settings.host}:{settings.port}[/bold]  (password: {people.PASSWORD})"
    )
    for address, name, title in people.listing():
        console.print(f"  {address:<28} {name}, {title}")
    console.print("Stop with Ctrl-C.")
    serve(settings)
