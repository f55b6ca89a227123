"""The Prefect flows: thin shells around plain functions. Parameters are ids, results are counts.

Prefect is imported here and nowhere else, after `workflows.runtime.configure`. A run is short, idempotent
and disposable; it returns at the first point where a person must decide. The case database is the truth:
Prefect can be wiped and nothing is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from prefect import Flow, flow
from prefect.runtime import flow_run

from basis.errors import PredepartureError, Unavailable
from basis.messages import _
from casework import settings
from checklists.programme import StageKind
from documents.installation import Installation, open_installation
from workflows import advance, intake, issuing, stages
from workflows.edge import without_values
from workflows.stages import Movable

_log = logging.getLogger(__name__)
_installation: ContextVar[Installation] = ContextVar("installation")
_renderer: ContextVar[issuing.Renderer | None] = ContextVar("renderer", default=None)


def _opened() -> Installation:
    """The engine's installation; opened anew where a worker of another process runs the flow."""
    try:
        return _installation.get()
    except LookupError:
        return open_installation(settings.load())


@flow(name="take-in-batch", persist_result=False)
def take_in_batch(batch_id: UUID) -> dict[str, int]:
    """A batch becomes cases, in chunks."""
    with without_values():
        result = intake.take_in(_opened(), batch_id)
    return {"taken": result.taken, "known": result.known}


@flow(name="advance-cases", persist_result=False)
def advance_cases(case_ids: list[UUID]) -> dict[UUID, str]:
    """Every stage of these cases that can move, moves. Returns what failed."""
    with without_values():
        return dict(advance.advance(_opened(), case_ids, _run_stage).failures)


@flow(name="issue-certificates", persist_result=False)
def issue_certificates(sign_off_ids: list[UUID]) -> dict[UUID, str]:
    """The certificates of these sign-offs, each exactly once. Returns what failed."""
    with without_values():
        return dict(issuing.issue(_opened(), sign_off_ids, _renderer.get(), flow_run=flow_run.id or "").failures)


def _stage_flow(kind: StageKind) -> Flow[[list[UUID], list[str]], dict[UUID, str]]:
    @flow(name=f"stage-{kind.value}", persist_result=False)
    def stage(case_ids: list[UUID], stage_ids: list[str]) -> dict[UUID, str]:
        with without_values():
            items = [Movable(case_id, stage_id) for case_id, stage_id in zip(case_ids, stage_ids, strict=True)]
            return dict(stages.run(_opened(), kind, items))

    return stage


STAGE_FLOWS: Mapping[StageKind, Flow[[list[UUID], list[str]], dict[UUID, str]]] = {
    kind: _stage_flow(kind) for kind in StageKind
}
"""A flow for each kind of stage; each takes the case ids and, in the same order, the stage's id in the programme."""


def _run_stage(_installation: Installation, kind: StageKind, items: Sequence[Movable]) -> Mapping[UUID, str]:
    return STAGE_FLOWS[kind]([item.case_id for item in items], [item.stage_id for item in items])


class PrefectRunner:
    """Runs the flows of one installation in this process, recorded by Prefect's server."""

    def __init__(self, installation: Installation, renderer: issuing.Renderer | None = None) -> None:
        self._bound = installation, renderer

    def take_in(self, batch_id: UUID) -> Mapping[UUID, str]:
        with self._context():
            take_in_batch(batch_id)
        return {}

    def advance(self, case_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        with self._context():
            return advance_cases(list(case_ids))

    def issue(self, sign_off_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        with self._context():
            return issue_certificates(list(sign_off_ids))

    @contextmanager
    def _context(self) -> Iterator[None]:
        tokens = _installation.set(self._bound[0]), _renderer.set(self._bound[1])
        try:
            yield
        except PredepartureError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever Prefect's client stumbles over, the work is due again
            _log.warning("prefect: %s", type(error).__name__)
            raise Unavailable("prefect", _("Prefect did not run the work; it is tried again.")) from None
        finally:
            _installation.reset(tokens[0])
            _renderer.reset(tokens[1])
