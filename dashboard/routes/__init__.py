"""The routes, a file for each place of the dashboard; each exports `router`."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.routes import (
    administration,
    batches,
    cases,
    cohorts,
    conceding,
    documents,
    evidence,
    following,
    hits,
    issuer,
    life,
    loans,
    programme_versions,
    programmes,
    ruling_lists,
    rulings,
    stages,
    verify,
    withdrawing,
    work,
)

ROUTERS: tuple[APIRouter, ...] = (
    work.router,
    cases.router,
    life.router,
    conceding.router,
    rulings.router,
    ruling_lists.router,
    following.router,
    evidence.router,
    stages.router,
    loans.router,
    withdrawing.router,
    hits.router,
    batches.router,
    cohorts.router,
    documents.router,
    programmes.router,
    programme_versions.router,
    verify.router,
    issuer.router,
    administration.router,
)
