"""Make an issued document again from what is stored of it, and compare: the archived file must begin with those bytes.

Signing only appends. So whoever has value and proofs of the register, the templates and the versions that the
register names, gets the same bytes up to the signature, for as long as those can be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from basis.errors import NotFound
from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.auditing import access
from casework.certificates import queries
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate, CertificateState
from casework.vault import Vault
from casework.work import Work
from documents.apart import TEMPLATES, Make, Wanted
from documents.credentials.proofs import Proofs
from documents.encoding import from_json
from documents.installation import Installation
from documents.reading import plain


@dataclass(frozen=True, slots=True)
class Compared:
    """`same`: the archived file begins with what was made now. `changed`: with which versions it was made then, and
    would be now, by name, where these differ; "" for what there was not."""

    number: str
    same: bool
    changed: Mapping[str, tuple[str, str]]

    @property
    def sentence(self) -> Message:
        if self.same:
            return _("{number} was made again, byte for byte, up to its signature.", number=self.number)
        if self.changed:
            return _(
                "{number} comes out otherwise now. It was made with other versions, which is reason enough; "
                "compare it with those versions installed.",
                number=self.number,
            )
        return _(
            "{number} comes out otherwise, although it was made with the same versions: "
            "its file, or what is stored of it, was changed.",
            number=self.number,
        )


def compare(installation: Installation, actor: Actor, number: str, make: Make) -> Compared:
    """Make the document with this number again. Leaves an event that says who did and what came out.

    Raises `NotFound` (``document``, ``not_issued``, ``no_proofs``, ``erased``), `Unavailable` where the archive does
    not give it out, and what `make` raises.
    """
    require(actor.role, Permission.SEE_REGISTER)
    with installation.database.read() as session:
        row, _case = queries.find_number(session, actor, number)
        vault = installation.database.vault(session)
        wanted = _wanted(vault, row)
        archived = plain(installation.archive, vault, row)
    made = make([wanted])
    # Only what comes before the signature comes out again.
    same = archived.startswith(made.pages[0])
    found = Compared(row.number, same, {} if same else _changed(row, made.look))
    installation.database.run(actor, _note, row, found)
    return found


def _wanted(vault: Vault, row: Certificate) -> Wanted:
    if row.state is not CertificateState.ISSUED:
        raise NotFound("not_issued", _("There is no file under this number."), _("Look at its page in the register."))
    value = from_json(certificates.value_of(vault, row))
    proofs = certificates.proofs_of(vault, row)
    if proofs is None:
        raise NotFound(
            "no_proofs",
            _("This document was issued before what was signed of it was kept; it cannot be made again."),
            _("Check its file with: predeparture document verify."),
        )
    return Wanted(value, Proofs.from_json(proofs))


def _note(work: Work, row: Certificate, found: Compared) -> None:
    data = {"number": row.number, "same": found.same, **access.noted(work, row.case_id)}
    if not found.same:
        data["changed"] = sorted(found.changed)
    work.record("certificate.made_again", f"certificate/{row.id}", case_id=row.case_id, data=data)


def _changed(row: Certificate, now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    then = {TEMPLATES: row.template_digest, **(row.renderer or {})}
    pairs = {name: (str(then.get(name, "")), now.get(name, "")) for name in sorted(then.keys() | now.keys())}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
