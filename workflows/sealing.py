"""The daily tree head: made once the office's day has begun, signed, and sent to people outside.

A head is made only if the history since the one before is whole. If it is not, the history itself says so, no head is
made, and people see it (`casework.audit.queries.alarms`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import NotFound, PredepartureError
from basis.messages import Message, _
from casework.actor import ENGINE, Actor
from casework.audit import heads
from casework.audit.heads import Broken
from casework.audit.tables import AuditHead, TreeHead, TreeHeadMail
from casework.issuers import service as issuers
from casework.issuers.service import PresentKey
from casework.issuers.tables import KeyPurpose
from casework.organisations.tables import Organisation, OrganisationKind
from documents.installation import Installation
from documents.tree_heads import read_head, sign_head
from workflows.mail import Post


@dataclass(frozen=True, slots=True)
class Sealed:
    """The head of the day; `made` only now, or before."""

    head: TreeHead
    made: bool


def seal(installation: Installation, actor: Actor) -> Sealed:
    """The head of today, made if there is none.

    Raises `heads.Broken`, once the history itself says so too, `NotFound` (``history``), `Conflict`, `Unavailable`.
    """
    database = installation.database
    today = database.today()
    with database.read() as session:
        if (head := heads.of_day(session, today)) is not None:
            return Sealed(head, made=False)
        if session.get_one(AuditHead, 1).seq == 0:
            raise NotFound("history", _("The history has no event yet."))
    key = installation.credential_key
    present = PresentKey(KeyPurpose.CREDENTIAL, key.public.fingerprint, key.public.pem)
    database.run(ENGINE, issuers.note, [present])
    with database.read() as session:
        try:
            draft = heads.draft(session)
        except Broken as broken:
            session.rollback()
            database.run(ENGINE, heads.refuse, broken.fault)
            raise
        issuer = _issuer(session)
    body = sign_head(draft, today, database.now(), issuer, key)
    head = database.run(actor, heads.record, draft, today, body, installation.settings.seal_addresses)
    return Sealed(head, made=True)


def seal_daily(installation: Installation) -> int:
    """What the engine does each minute: today's head, unless it is there or was refused today, and lost mails asked for
    again. Returns how much there was to do."""
    database = installation.database
    with database.read() as session:
        lost, due = heads.lost_mails(session), heads.due(session, database.today())
    asked = len(lost)
    if lost:
        database.run(ENGINE, heads.ask_again, lost)
    if not due:
        return asked
    try:
        return asked + int(seal(installation, ENGINE).made)
    except (Broken, NotFound):
        return asked


def send(installation: Installation, mail_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Send tree heads; one that was sent already is not sent again. Returns what failed, in words."""
    database = installation.database
    with database.read() as session:
        waiting = [row for row in heads.mails(session, mail_ids) if row.sent_at is None]
        # Who was taken out of the settings since gets nothing more.
        waiting = [row for row in waiting if row.address in installation.settings.seal_addresses]
        if not waiting:
            return {}
        try:
            post = Post.of(installation.settings)
            mails = {row.id: _mail(session, row, post.sender) for row in waiting}
        except PredepartureError as error:
            return {row.id: str(error) for row in waiting}
    failed = post.send(mails)
    database.run(ENGINE, heads.mailed, [mail_id for mail_id in mails if mail_id not in failed])
    return {mail_id: str(why) for mail_id, why in failed.items()}


def file_name(head: TreeHead) -> str:
    return f"tree-head-{head.day.isoformat()}.json"


def _issuer(session: Session) -> str:
    """The name of the first office, whose day is the installation's too."""
    query = select(Organisation.name).where(col(Organisation.kind) == OrganisationKind.OFFICE)
    return session.exec(query.order_by(col(Organisation.id)).limit(1)).one_or_none() or ""


def _mail(session: Session, row: TreeHeadMail, sender: str) -> EmailMessage:
    """The same mail each time, so that one that came twice is known as the same."""
    head = session.get_one(TreeHead, row.head_id)
    issuer = " ".join(_issuer(session).split())
    content = head.body.encode()
    mail = EmailMessage()
    mail["Subject"] = str(_("Tree head {number} of {issuer}, {day}", number=head.number, issuer=issuer, day=head.day))
    mail["From"], mail["To"] = sender, row.address
    mail["Date"] = format_datetime(head.made_at)
    mail["Message-ID"] = f"<{row.id}@{sender.rsplit('@', 1)[-1]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(str(_text(head, issuer, content)))
    mail.add_attachment(content, maintype="application", subtype="json", filename=file_name(head))
    mail.set_boundary(f"=_{row.id.hex}")
    return mail


def _text(head: TreeHead, issuer: str, content: bytes) -> Message:
    return _(
        """\
This is the tree head of {issuer} of {day}.
A machine sends it every day.

WHAT IT IS
Every change in the work on cases leaves an event in a history. The attached
file is a signed fingerprint of all {size} events that there were when it was
made. It holds nothing about any person. Nobody can change or remove one of
these events later, or slip in another, and come to the same fingerprint.

WHAT TO DO WITH IT
Keep this mail with its attachment, where nobody of {issuer}
can change or delete it. That is all; it is needed only when there is doubt.
Heads are numbered, this one is number {number}. If one is missing, or no
mail comes for two days, ask why.

HOW TO CHECK LATER
1. Ask the office for a proof that the history goes on from this head:
     predeparture audit prove-consistency {day} DAY --out FILE
   or for a proof that one event was there:
     predeparture audit prove EVENT --head {day} --out FILE
2. Get the public keys of the issuer from somebody you trust, best today and
   not only when there is doubt. The key that signed this head is
     {key}
3. On any computer, without a network:
     predeparture audit check-proof FILE --key KEYS --against {file}
   It says in words whether what you hold still stands.
Without that program: the tree is that of RFC 9162, section 2.1, over the
RFC 8785 text of each event; the signature is eddsa-jcs-2022 of the W3C.

IN FIGURES
Number: {number}
Day: {day}
Events: {size}
Root: {root}
SHA-256 of the attached file:
  {sha256}
SHA-256 of the file before it:
  {previous}
""",
        issuer=issuer,
        day=head.day.isoformat(),
        size=head.size,
        number=head.number,
        # Keys are rotated; the mail names the one that signed, however late it goes out.
        key=read_head(content).key,
        file=file_name(head),
        root=head.root,
        sha256=sha256(content).hexdigest(),
        previous=head.previous or "-",
    )
