"""The routes, a file for each place of the dashboard; each exports `router`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from fastapi import APIRouter

# Until all are written.
_NAMES = (
    "work",
    "cases",
    "life",
    "evidence",
    "stages",
    "loans",
    "hits",
    "batches",
    "documents",
    "programmes",
    "verify",
    "administration",
)
ROUTERS: tuple[APIRouter, ...] = tuple(
    import_module(f"{__name__}.{name}").router for name in _NAMES if find_spec(f"{__name__}.{name}")
)
