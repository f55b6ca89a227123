"""What each kind of event says, in words. Pure. A test holds it to the kinds that the code records."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any, Final

from basis.messages import Message, _
from casework.accounts.rules import ROLE_WORDS
from casework.cases.rules import WORDS as CASE_WORDS
from casework.certificates.release import RECIPIENT_WORDS

KIND_WORDS: Final[Mapping[str, Message]] = {
    "account.added": _("An account was made in the role {role}"),
    "account.disabled": _("An account was disabled"),
    "account.enabled": _("An account was enabled again"),
    "account.password_set": _("The password of an account was set"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "appeal.answered": _("An appeal was answered"),
    "appeal.lodged": _("An appeal was lodged"),
    "appeal.viewed": _("The grounds of an appeal were read"),
    "archive_check.finished": _("A check of the stored files was finished"),
    "audit_event.proved": _("An event was proved"),
    "audit_pack.made": _("A pack for auditors was made: {documents} documents, {events} events"),
    "audit_report.issued": _("The report of a sample was issued"),
    "audit_report.reserved": _("The report of a sample was given a number"),
    "audit_report.read": _("The report of a sample was taken"),
    "batch.row_refused": _("A row of a batch was refused"),
    "batch.submitted": _("A batch was handed in"),
    "batch.taken": _("A batch became cases"),
    "case.assigned": _("The case was assigned"),
    "case.merged": _("The record of the worker was merged with another one"),
    "case.migrated": _("The case was moved to another version of its programme"),
    "case.moved": _("The case became: {to}"),
    "case.opened": _("The case was opened"),
    "case.replanned": _("The plan of the journey or the job was changed"),
    "case.screened": _("Screened against the watch lists"),
    "case.track_changed": _("The track of the case was changed"),
    "case.unmerged": _("The record of the worker was taken apart from another one"),
    "case.viewed": _("The case was looked at"),
    "certificate.disclosed": _("Document {number} was handed to: {recipient}"),
    "certificate.duplicate_asked": _("A duplicate of {number} was asked for"),
    "certificate.duplicate_voided": _("A duplicate of {number} was given up"),
    "certificate.duplicated": _("A duplicate of {number} was made"),
    "certificate.expired": _("Document {number} ended: its time ran out"),
    "certificate.issued": _("Document {number} was issued"),
    "certificate.made_again": _("Document {number} was made again and compared"),
    "certificate.previewed": _("A preview of the document of stage {stage} was made"),
    "certificate.read": _("The file of document {number} was taken"),
    "certificate.reserved": _("The number {number} was given"),
    "certificate.revoked": _("Document {number} was revoked"),
    "certificate.scan_added": _("The scan of a stamped {number} was added"),
    "certificate.scan_viewed": _("The scan of a stamped {number} was opened"),
    "certificate.superseded": _("Document {number} was corrected"),
    "certificate.viewed": _("The evidence of document {number} was read"),
    "certificate.voided": _("The number {number} was given up"),
    "cohort.added": _("A cohort was made"),
    "cohort.joined": _("The case joined a cohort"),
    "cohort.left": _("The case left its cohort"),
    "decision.ended": _("A decision no longer stands"),
    "decision.recorded": _("A decision against the worker was recorded"),
    "engagement.changed": _("An engagement of auditors was changed"),
    "engagement.closed": _("An engagement of auditors was closed"),
    "engagement.opened": _("An engagement of auditors was opened"),
    "engine.ran_without_prefect": _("The engine worked without Prefect"),
    "difference.settled": _("A difference between papers was settled: {field}"),
    "evidence.accepted": _("Evidence was accepted: {kind}"),
    "evidence.added": _("Evidence was handed in: {kind}"),
    "evidence.described": _("What a paper shows was recorded: {kind}"),
    "evidence.rejected": _("Evidence was rejected: {kind}"),
    "evidence.viewed": _("The file of a piece of evidence was opened"),
    "evidence.withdrawn": _("Evidence was withdrawn: {kind}"),
    "finding.recorded": _("A step of a finding was recorded"),
    "follow_up.recorded": _("A follow-up was recorded"),
    "follow_up.withdrawn": _("A follow-up was taken back"),
    "hit.adjudicated": _("An officer gave an answer to a possible match"),
    "hit.viewed": _("A possible match was looked at"),
    "household.apart": _("A member of a household travels apart"),
    "household.consent_withdrawn": _("The consent of a guardian was taken back"),
    "household.consented": _("A guardian consented"),
    "household.formed": _("A household was formed"),
    "household.joined": _("Somebody joined a household"),
    "household.left": _("Somebody left a household"),
    "household.rejoined": _("Somebody came back to a household"),
    "household.together": _("A member of a household travels together with the others"),
    "household.viewed": _("A household was looked at"),
    "identity.viewed": _("The identity details of the worker were read"),
    "key.first_used": _("A key signed for the first time"),
    "key.retired": _("A key was retired"),
    "loan.approval_given": _("A loan officer approved the loan"),
    "loan.asked": _("A travel loan was asked for"),
    "loan.declined": _("The travel loan was declined"),
    "loan.note_signed": _("The promissory note was signed"),
    "loan.withdrawn": _("The wish for a loan was withdrawn"),
    "medical.recorded": _("A medical examination was recorded"),
    "medical.viewed": _("A medical examination was read"),
    "medical.withdrawn": _("A medical examination was withdrawn"),
    "organisation.added": _("An organisation was added"),
    "organisation.licensed": _("An organisation was licensed"),
    "orientation.attended": _("An orientation module was attended"),
    "orientation.withdrawn": _("An attendance was withdrawn"),
    "passport.ended": _("A passport of the worker is no longer good: {end}"),
    "outbox.stuck": _("The engine gave up after several tries"),
    "programme.discarded": _("A draft of a programme was thrown away"),
    "programme.drafted": _("A version of a programme was drafted"),
    "programme.lifted": _("The suspension of a programme was lifted"),
    "programme.migrated": _("Cases were moved to another version of a programme"),
    "programme.migration_undone": _("A move to another version was taken back"),
    "programme.published": _("A version of a programme was published"),
    "programme.suspended": _("A programme was suspended"),
    "qualification.decided": _("A qualification was decided on"),
    "qualification.withdrawn": _("A decision on a qualification was withdrawn"),
    "sample.drawn": _("The sample {number} was drawn"),
    "sample.reviewed": _("A document of the sample {sample} was reviewed"),
    "sample.signed": _("The sample {number} was signed"),
    "signatory.added": _("A signatory was named"),
    "signatory.ended": _("The term of a signatory was ended"),
    "stage.reopened": _("The stage {stage} was opened again"),
    "stage.signed_off": _("The stage {stage} was signed off"),
    "training.recorded": _("A course was recorded"),
    "training.withdrawn": _("A course was withdrawn"),
    "travel.booked": _("The journey was booked"),
    "travel.replaced": _("The booking was replaced"),
    "travel.withdrawn": _("The booking was withdrawn"),
    "tree_head.made": _("Tree head {number} was made over {size} events"),
    "tree_head.mailed": _("A tree head was sent"),
    "tree_head.refused": _("No tree head could be made: the history was changed"),
    "trail.viewed": _("The history was searched"),
    "report.viewed": _("The standing report {report} was read"),
    "register.viewed": _("The register was taken as a file"),
    "waiver.granted": _("A waiver or condition was given"),
    "waiver.refused": _("A waiver or condition was refused"),
    "waiver.requested": _("A waiver or condition was asked for"),
    "waiver.withdrawn": _("A waiver or condition was taken back"),
    "watch_list.loaded": _("A watch list was loaded"),
    "worker.corrected": _("The worker's data was corrected"),
    "worker.erased": _("The keys of a person were destroyed"),
    "worker.merged": _("Two records of one person were merged"),
    "worker.registered": _("The worker was registered"),
    "worker.told_apart": _("Two records that are alike were found to be two people"),
    "worker.unmerged": _("Two records were taken apart again"),
}

NOUNS: Final = frozenset(kind.partition(".")[0] for kind in KIND_WORDS)

LOOKS: Final = (
    *(kind for kind in KIND_WORDS if kind.endswith(".viewed")),
    "certificate.previewed",
    "certificate.read",
    "audit_report.read",
    "certificate.scan_viewed",
    "certificate.made_again",
    "certificate.disclosed",
    "audit_event.proved",
    "audit_pack.made",
)
"""Events of somebody's having seen or taken something."""


_CODES: Final[Mapping[str, Mapping[str, Message]]] = {
    "role": {role.value: words for role, words in ROLE_WORDS.items()},
    "recipient": {recipient.value: words for recipient, words in RECIPIENT_WORDS.items()},
    "to": {life.value: words for life, words in CASE_WORDS.items()},
}


def told(kind: str, data: Mapping[str, Any]) -> Message:
    """The event in words; the kind itself where a later version wrote it, a dash for what an older one did not tell."""
    words = KIND_WORDS.get(kind)
    if words is None:
        return _("{kind}", kind=kind)
    names = [name for _text, name, _spec, _conversion in Formatter().parse(words.text) if name]
    return words.with_params(
        {name: _CODES.get(name, {}).get(data.get(name, ""), data.get(name, "–")) for name in names}
    )
