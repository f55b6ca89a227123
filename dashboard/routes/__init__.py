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
    engagements,
    evidence,
    findings,
    following,
    hits,
    issuer,
    life,
    loans,
    programme_versions,
    programmes,
    ruling_lists,
    rulings,
    sample_reading,
    samples,
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
    engagements.router,
    samples.router,
    sample_reading.router,
    findings.router,
    programmes.router,
    programme_versions.router,
    verify.router,
    issuer.router,
    administration.router,
)
