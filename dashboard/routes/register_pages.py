"""The register as a list: its filters, its columns, its files, and the lists that its readers keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.certificates import queries
from casework.certificates.queries import Order, RegisterFilter, RegisterLine, Standing
from casework.certificates.release import RECIPIENT_WORDS, Recipient
from casework.certificates.tables import Certificate, CertificateState
from casework.oversight import reports, scope, trail, views
from dashboard import addresses, words
from dashboard.forms import lists
from dashboard.pages import documents as pages
from dashboard.pages.base import Place
from dashboard.pages.review import Digest
from dashboard.paging import Wanted, pager
from dashboard.parts import Badge, Form, Link, Option, Text, Tone
from dashboard.posting import Values
from dashboard.routes.document_pages import STANDINGS, names_of
from dashboard.sessions import Visit

LISTS = (
    Link(addresses.CONCESSIONS, _("Waivers and conditions")),
    Link(addresses.DECISIONS, _("Decisions and appeals")),
)


def filter_form(session: Session, visit: Visit) -> Form:
    kinds = tuple(Option(kind, Message(title)) for kind, title in queries.kinds(session, visit.actor))
    statuses = tuple(Option(one.value, STANDINGS[one.value].text) for one in Standing)
    if visit.may(Permission.SEE_SAMPLES):
        return lists.documents(kinds, statuses, _more_filters(session, visit))
    return lists.documents(kinds, statuses)


def _more_filters(session: Session, visit: Visit) -> lists.RegisterOptions:
    """For those who review: who decided, where, with which templates, and what became of it outside."""
    people = [Option(trail.ENGINE, _("the engine"))]
    people += [Option(str(one.id), one.name) for one in scope.people(session, visit.actor)]
    return lists.RegisterOptions(
        programmes=tuple(Option(one, one) for one in reports.programmes(session, visit.actor)),
        offices=tuple(Option(str(one.id), one.name) for one in reports.offices(session, visit.actor)),
        agencies=tuple(Option(str(one.id), one.name) for one in scope.agencies(session, visit.actor)),
        people=tuple(people),
        recipients=tuple(Option(one.value, RECIPIENT_WORDS[one]) for one in Recipient),
        orders=tuple(Option(order.value, said) for order, said in _ORDERS.items()),
    )


_ORDERS: Mapping[Order, Message] = {
    Order.NUMBER: _("by number"),
    Order.ISSUED: _("by day of issue"),
    Order.KIND: _("by kind"),
    Order.CHECKED: _("by checks outside"),
}


def asked_for(values: Values) -> RegisterFilter:
    status, recipient, order = values.text("status"), values.texts.get("recipient"), values.texts.get("sort")
    checked = values.texts.get("checked")
    return RegisterFilter(
        programme=values.texts.get("programme", ""),
        office=_id(values.texts.get("office")),
        agency=_id(values.texts.get("agency")),
        person=values.texts.get("person", ""),
        template=values.texts.get("template", ""),
        checked=checked == "yes" if checked else None,
        recipient=Recipient(recipient) if recipient else None,
        order=Order(order) if order else None,
        number=values.text("number"),
        kind=values.text("kind"),
        standing=Standing(status) if status else None,
        since=values.days["since"],
        until=values.days["until"],
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def register(
    session: Session, visit: Visit, form: Form, asked: RegisterFilter, page: Wanted, given: Mapping[str, str]
) -> pages.Register:
    lines, total = queries.register(session, visit.actor, asked, visit.today, limit=page.size, offset=page.offset)
    return pages.Register(
        base=visit.at(Place.DOCUMENTS),
        summary=_n("{count} number was given", "{count} numbers were given, the last one first", total),
        links=(*LISTS, *_more_links(visit, given)),
        filters=form,
        chips=lists.chips(form, given),
        rows=_rows(session, visit, lines),
        pager=pager(addresses.DOCUMENTS, given, page, len(lines), total),
        export=Link(addresses.query(addresses.REGISTER_FILE, **{**given, "page": ""}), _("Download this list (CSV)")),
        exports=(
            Link(addresses.query(addresses.REGISTER_JSON, **{**given, "page": ""}), _("Download this list (JSON)")),
        ),
        views=_views(session, visit),
        save=lists.save_view(given) if lists.is_filtered(given) else None,
        reviewed=visit.may(Permission.SEE_SAMPLES),
    )


def _views(session: Session, visit: Visit) -> tuple[pages.SavedList, ...]:
    return tuple(
        pages.SavedList(
            Link(addresses.query(addresses.DOCUMENTS, **line.row.asked), line.row.name),
            shared=line.row.shared,
            remove=lists.remove_view(line.row.id, line.row.name) if line.own else None,
        )
        for line in views.listed(session, visit.actor, views.REGISTER)
    )


def _rows(session: Session, visit: Visit, lines: Sequence[RegisterLine]) -> tuple[pages.DocumentRow, ...]:
    people = names_of(session, visit, [line.person for line in lines])
    return tuple(_row(visit, line, people.get(line.person, _("the engine"))) for line in lines)


def _more_links(visit: Visit, given: Mapping[str, str]) -> tuple[Link, ...]:
    links = []
    if visit.may(Permission.MANAGE_SIGNATORIES) or visit.role is Role.AUDITOR:
        links.append(Link(addresses.SIGNATORIES, _("Signatories")))
    if visit.may(Permission.SEE_GALLERY):
        links.append(Link(addresses.GALLERY, _("Gallery of documents")))
    if visit.may(Permission.HAND_OVER):
        pack = addresses.query(addresses.PACK, **{**given, "page": ""})
        links.append(Link(pack, _("Hand these documents over")))
    return tuple(links)


def _row(visit: Visit, line: RegisterLine, who: Text) -> pages.DocumentRow:
    badge = STANDINGS[line.standing.value]
    if line.superseded_by:
        badge = Badge(badge.tone, _("superseded by {number}", number=line.superseded_by))
    return pages.DocumentRow(
        number=Link(addresses.document(line.row.id), line.row.number),
        kind=Message(line.row.title),
        case=Link(addresses.case(line.case.id), line.case.reference),
        issued=words.at(line.row.issued_at, visit.zone) if line.row.issued_at else words.on(line.row.issued_on),
        digest=Digest(line.row.sha256),
        status=badge,
        who=who,
        template=Digest(line.row.template_digest),
        signature=_signature(line.row),
        checked=str(line.checked) if line.checked else "",
    )


def _signature(row: Certificate) -> Badge | None:
    """What the register says of the signature; the document's own page checks it."""
    if row.state is not CertificateState.ISSUED:
        return None
    if row.timestamped:
        return Badge(Tone.DONE, _("signed, timestamped"))
    return Badge(Tone.DONE, _("signed")) if row.signed_by else Badge(Tone.IDLE, _("signed before keys were kept"))


def export_rows(lines: Sequence[RegisterLine]) -> tuple[list[Text], list[list[Text]]]:
    """The register as a table for a file: no names, days and instants as ISO 8601."""
    header: list[Text] = [
        _("Number"), _("Document"), _("Case"), _("Issued on"), _("Valid until"), _("Ended on"), _("Status"),
        _("Superseded by"), _("SHA-256"), _("Kind"), _("Programme"), _("Issued at"), _("Decided by"), _("Templates"),
        _("Signed by"), _("Signed at"), _("Timestamp"), _("Checks outside"),
    ]  # fmt: skip
    return header, [[_text(value) for value in shape(line).values()] for line in lines]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def shape(line: RegisterLine) -> dict[str, Any]:
    """One line for programs: no names; whoever decided is an account's id or ``engine``."""
    row = line.row
    return {
        "number": row.number,
        "title": row.title,
        "case": line.case.reference,
        "issued_on": row.issued_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "standing": line.standing.value,
        "superseded_by": line.superseded_by,
        "sha256": row.sha256,
        "kind": row.kind,
        "programme": f"{line.case.programme_id} {line.case.programme_version}",
        "issued_at": row.issued_at.isoformat() if row.issued_at else None,
        "decided_by": line.person,
        "template_digest": row.template_digest,
        "signed_by": row.signed_by,
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
        "timestamped": row.timestamped,
        "checked": line.checked,
    }
