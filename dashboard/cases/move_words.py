"""The reasons of moves of a case in words."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.cases.rules import COMPLETED, REVERSAL
from casework.decisions.rules import BY_PROGRAMME

REASONS: Mapping[str, Message] = {
    "worker_changed_mind": _("the worker changed their mind"),
    "family_reasons": _("family reasons"),
    "other_job": _("the worker took another job"),
    "unreachable": _("the worker cannot be reached"),
    "visa_refused": _("the visa was refused"),
    "security": _("security"),
    "false_documents": _("false documents"),
    "authority_refused": _("an authority refused"),
    BY_PROGRAMME: _("a requirement of the programme is not met"),
    "age": _("age"),
    "nationality": _("nationality"),
    "qualification": _("qualification"),
    "medical": _("medical"),
    "quota_exhausted": _("the quota is exhausted"),
    "employer_withdrew": _("the employer withdrew"),
    "job_order_cancelled": _("the job order was cancelled"),
    "employer_insolvent": _("the employer is insolvent"),
    "death_notified": _("the death was notified"),
    "worker_asked": _("the worker asked for it"),
    "awaiting_authority": _("an authority has to decide first"),
    "illness": _("illness"),
    "employer_asked": _("the employer asked for it"),
    "hold_ended": _("the hold has ended"),
    "departure_confirmed": _("the departure is confirmed"),
    "home_track_completed": _("the home track is completed"),
    "arrival_confirmed": _("the arrival is confirmed"),
    "turned_back": _("turned back on the way"),
    "returned_early": _("returned early"),
    "contract_ended": _("the contract has ended"),
    "follow_up_ended": _("the follow-up has ended"),
    "preparation_completed": _("the preparation is over; the worker is followed up"),
    COMPLETED: _("all that followed the preparation is complete"),
    "all_stages_hold": _("every stage holds"),
    "stage_reopened": _("a stage is open again"),
    "clearance_stopped": _("an original of the worker is held, or it is not known whether the worker is eligible"),
    REVERSAL: _("the move before was recorded in error"),
}
