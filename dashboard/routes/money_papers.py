"""Papers about a loan, asked for on its page; the engine makes them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import _
from casework.loans import papers
from casework.loans.paper_tables import PaperKind
from dashboard import addresses
from dashboard.cases.known_loans import known_loan
from dashboard.cases.submitting import submit
from dashboard.forms import money_papers as forms
from dashboard.posting import Values, hidden
from dashboard.sessions import Form, Signed, signed_in

router = APIRouter(prefix="/cases/{case_id:uuid}/loan/papers", dependencies=[Depends(signed_in)])


@router.post("/{kind}")
def ask(case_id: UUID, kind: PaperKind, visit: Signed, taken: Form) -> Response:
    """Ask for a paper; asked twice, it is one. A paper changes nothing of the case, so its version does not matter."""
    known = known_loan(visit, case_id, hidden(taken, "loan"))
    loan = known.loan
    if loan is None:
        raise NotFound("loan", _("There is no loan in this case."), _("Open its page."))
    form = forms.ask(case_id, known.case.version, loan.number, kind, visit.today.isoformat())

    def act(values: Values, _version: int) -> str:
        as_of = values.day("as_of") if form.fields else None
        visit.database.run(visit.actor, papers.ask, kind, loan.id, as_of, known.terms)
        return "paper-asked"

    return submit(visit, known.case, taken, form, papers.WORDS[kind], act, addresses.loan(case_id, loan.number))
