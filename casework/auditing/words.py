"""What a sample was asked for and how its strata are called, in words, for pages and reports. Reading only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import Message, _
from casework.accounts import queries as accounts
from casework.auditing import samples
from casework.auditing.population import Asked
from casework.auditing.rules import Strata
from casework.auditing.tables import Sample
from casework.certificates.queries import Standing
from casework.certificates.tables import Certificate
from casework.organisations.tables import Organisation
from checklists.catalogue import Catalogue

Text = Message | str
STANDING_WORDS: Mapping[Standing, Message] = {
    Standing.VALID: _("valid"),
    Standing.EXPIRED: _("expired"),
    Standing.SUPERSEDED: _("superseded"),
    Standing.REVOKED: _("revoked"),
}


def asked(session: Session, catalogue: Catalogue, sample: Sample) -> list[tuple[Text, Text]]:
    """The filter of a sample's population."""
    return asked_words(session, catalogue, samples.asked_of(sample))


def asked_words(session: Session, catalogue: Catalogue, given: Asked) -> list[tuple[Text, Text]]:
    """A filter, a label and a value each; a sentence of its own where everything was asked for."""
    found: list[tuple[Text, Text]] = []
    if given.kind:
        found.append((_("Document"), _kinds(session, [given.kind])[given.kind]))
    if given.programme:
        found.append((_("Programme"), _programme(catalogue, given.programme)))
    if given.standing:
        found.append((_("Status"), STANDING_WORDS[given.standing]))
    if given.since:
        found.append((_("Issued from"), given.since.isoformat()))
    if given.until:
        found.append((_("Issued until"), given.until.isoformat()))
    for label, row_id in ((_("Agency"), given.agency), (_("Office"), given.office)):
        if row_id:
            found.append((label, session.get_one(Organisation, row_id).name))
    if given.person:
        found.append((_("Decided or answered for by"), _people(session, [str(given.person)])[str(given.person)]))
    return found or [(_("Documents"), _("all that were issued within the engagement's scope"))]


def stratum_names(session: Session, catalogue: Catalogue, strata: Strata, codes: Iterable[str]) -> dict[str, Text]:
    """The words of each stratum."""
    wanted = list(codes)
    if strata is Strata.KIND:
        return _kinds(session, wanted)
    if strata is Strata.PROGRAMME:
        return {code: _programme(catalogue, code) for code in wanted}
    if strata is Strata.PERSON:
        return _people(session, wanted)
    rows = session.exec(select(Organisation).where(col(Organisation.code).in_(wanted)))
    names: dict[str, Text] = {row.code: row.name for row in rows}
    return {code: names.get(code, _("no agency")) for code in wanted}


def _kinds(session: Session, kinds: Iterable[str]) -> dict[str, Text]:
    """A title of each kind of document, as the register has it."""
    wanted = list(kinds)
    query = select(Certificate.kind, Certificate.title).where(col(Certificate.kind).in_(wanted)).distinct()
    titles = dict(sorted(session.exec(query).all(), reverse=True))
    return {kind: Message(titles.get(kind, kind)) for kind in wanted}


def _programme(catalogue: Catalogue, programme_id: str) -> Text:
    try:
        return catalogue.get(programme_id).label
    except NotFound:
        return programme_id


def _people(session: Session, keys: Iterable[str]) -> dict[str, Text]:
    wanted = list(keys)
    known = accounts.people(session, wanted)
    return {key: known[key].name if key in known else _("the engine") for key in wanted}
