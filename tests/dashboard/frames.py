"""Who reads the samples, and the answers their forms offer."""

from __future__ import annotations

from dashboard.pages.base import Base, Place, Viewer
from dashboard.parts import Option

ALL = frozenset({"see_cases", "see_batches", "see_register", "manage_accounts"})
CASEWORKER = Viewer("Arta Gashi", "caseworker", "Pristina", ALL - {"manage_accounts"})
ADMINISTRATOR = Viewer("Blerim Hoxha", "administrator", "Pristina", frozenset({"manage_accounts"}))
AGENCY = Viewer("Vesa Berisha", "agency user", "Balkan Karriere", frozenset({"see_cases", "see_batches"}))
COUNTRIES = (Option("XK", "Kosovo"), Option("MK", "North Macedonia"), Option("CH", "Switzerland"))
PROGRAMMES = (Option("kosovo-germany-construction", "Kosovo – Germany, construction"),)
AGENCIES = (Option("BK", "Balkan Karriere"),)
PEOPLE = (Option("me", "my own"), Option("all", "everybody's"))


def base(place: Place, viewer: Viewer = CASEWORKER, **more: object) -> Base:
    return Base(viewer=viewer, place=place, form_token="0" * 64, **more)  # type: ignore[arg-type]
