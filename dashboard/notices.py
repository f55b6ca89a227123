"""What a page says once after an act. The address names the act by a code (``?done=assigned``)."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from dashboard import addresses
from dashboard.parts import Badge, Tone

DONE: Mapping[str, Message] = {
    "opened": _("The case was opened."),
    "corrected": _("The correction was saved. The earlier data stays as a version."),
    "amended": _("The examination was amended. The version before is kept."),
    "opinion-asked": _("The second opinion was asked for. The result goes on counting until both are weighed."),
    "opinion-weighed": _("It was recorded which opinion counts."),
    "unchanged": _("Nothing was changed: the data is the same."),
    "moved": _("The move was recorded."),
    "assigned": _("The case was assigned."),
    "track-changed": _("The track was changed. What the new one asks is derived; all evidence stays."),
    "followed-up": _("The follow-up was recorded."),
    "follow-up-withdrawn": _("The record was taken back; the follow-up is asked for again."),
    "cohort-added": _("The cohort was set up."),
    "cohort-changed": _("The cohort of the case was changed."),
    "household-formed": _("The household was formed."),
    "household-changed": _("It was recorded. The cases of all its members are looked at again."),
    "records-merged": _("The two records are one now. Both are screened again."),
    "records-unmerged": _("The two records are apart again."),
    "told-apart": _("It was recorded: these are two people. They are not shown together again."),
    "replanned": _("The plan was changed."),
    "stay-added": _("The stay was added. Which papers follow from the history is decided anew."),
    "stay-removed": _("The stay was taken out; the version before keeps it."),
    "waiver-asked": _("It was asked for. The authority that the programme names answers it."),
    "waiver-given": _("The answer was recorded. It is printed on what is issued."),
    "waiver-refused": _("The refusal was recorded. The letter to the worker is being prepared."),
    "waiver-withdrawn": _("It was taken back. What stood on it is open again."),
    "refused": _("The decision was recorded. The letter to the worker is being prepared."),
    "appeal-lodged": _("The appeal was taken in. Somebody who took no part in the decision answers it."),
    "appeal-answered": _("The answer to the appeal was recorded."),
    "evidence-added": _(
        "The evidence was added. It is verified next, by somebody else where the programme asks for it."
    ),
    "papers-added": _(
        "The papers were added. They are verified next, by somebody else where the programme asks for it."
    ),
    "paper-moved": _("The paper was taken away and handed in for the right worker, to be verified there."),
    "paper-sealed-off": _("The paper was taken away from this worker and sealed off."),
    "twin-settled": _("It was settled, with your reason."),
    "evidence-accepted": _("The evidence was accepted."),
    "evidence-described": _("What the paper shows was saved. It agrees with what is recorded."),
    "evidence-differs": _("It was saved. It differs from what is recorded; settle that before accepting it."),
    "difference-settled": _("It was settled. It is open again if one of the two values changes."),
    "passport-recorded": _("It was recorded. The papers of the former passport count no longer."),
    "evidence-rejected": _("The evidence was rejected."),
    "evidence-withdrawn": _("The evidence was withdrawn. What stood on it is open again."),
    "signed-off": _("The stage was signed off. Its certificate is being prepared."),
    "recorded": _("The result was recorded."),
    "withdrawn": _("It was withdrawn. What stood on it is open again."),
    "booked": _("The journey was recorded."),
    "original-received": _("The original was taken in. Print the receipt and have it signed."),
    "original-moved": _("The step was recorded."),
    "original-requested": _("The request was recorded. The original goes back within a working day."),
    "original-returned": _("The return was recorded. Print the receipt and have it signed."),
    "photo-taken": _("The photograph was added. Say now whether the head is within the frame."),
    "photo-framed": _("It was recorded. Somebody who may verify papers decides on the photograph."),
    "loan-asked": _("The wish for a loan was recorded."),
    "loan-approved": _("Your approval was recorded."),
    "loan-declined": _("The loan was declined."),
    "note-signed": _("The signature was recorded, and the schedule was made."),
    "answered": _("Your answer was recorded."),
    "proposed": _("Your proposal was recorded. A second officer confirms it or returns it."),
    "paper-added": _("The paper was added."),
    "batch-submitted": _("The batch was submitted."),
    "batch-known": _("This very file was submitted before; nothing was changed."),
    "user-added": _("The user was added."),
    "user-disabled": _("The user was disabled."),
    "user-enabled": _("The user was enabled."),
    "password-set": _("The password was set."),
    "organisation-added": _("The organisation was added."),
    "licence-added": _("The licence was added."),
    "engagement-opened": _("The engagement was opened."),
    "engagement-changed": _("The engagement was changed."),
    "engagement-closed": _("The engagement was closed."),
    "sample-drawn": _("The sample was drawn. Its population is kept as it stands now."),
    "verdict-given": _("The verdict was recorded."),
    "sample-signed": _("The sample was signed. Its report is being made."),
    "finding-raised": _("The finding was raised. The office answers it."),
    "finding-answered": _("The answer was recorded."),
    "finding-followed-up": _("It was recorded."),
    "version-drafted": _("The draft was taken in. A second person reads and publishes it."),
    "draft-discarded": _("The draft was thrown away."),
    "version-published": _("The version was published. New cases take it from its first day on."),
    "suspended": _("The programme was suspended. Its live cases are looked at again now."),
    "lifted": _("The suspension was lifted. Its live cases are looked at again now."),
    "migrated": _("The cases were moved."),
    "migration-undone": _("The migration was taken back."),
    "duplicate-asked": _("The duplicate is being made. It can be handed over in a moment."),
    "scan-added": _("The stamped copy was added."),
    "document-revoked": _("The document was revoked. Its stage is open again."),
    "document-superseded": _("The document was ended as corrected. Its stage is signed off anew."),
    "signatory-added": _("The signatory was named."),
    "signatory-ended": _("The term of the signatory ends today."),
    "made-again": _("The document was made again and compared; what came out stands under “How it was made”."),
    "list-kept": _("The list is kept. It stands above the register."),
    "list-removed": _("The list is kept no longer."),
    "list-loaded": _("The watch list was loaded."),
    "list-unchanged": _("This very list is in use already; nothing was changed."),
    "list-in-use-again": _("This list was loaded before; it is in use again."),
}


def notice(code: str) -> Badge | None:
    """The sentence of a code; a code nobody knows says nothing."""
    return Badge(Tone.DONE, DONE[code]) if code in DONE else None


def done(address: str, code: str) -> str:
    """`address` with what to say there."""
    path, mark, part = address.partition("#")
    return addresses.query(path, done=code) + mark + part
