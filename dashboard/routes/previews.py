"""``/cases/ID/stages/STAGE/preview``: the document of a stage as it would be issued today, marked as a preview."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from casework.accounts.rules import Permission, require
from dashboard.cases.known import find
from dashboard.sessions import Signed, signed_in
from documents.apart import in_child
from documents.preview import preview

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/cases/{case_id:uuid}/stages/{stage_id}/preview")
def of_stage(case_id: UUID, stage_id: str, visit: Signed) -> Response:
    """The PDF, as an attachment, for whoever may sign the stage off now. That it was made is recorded."""
    require(visit.role, Permission.SEE_CASES)
    case, _programme = find(visit, case_id)
    page = preview(visit.installation, visit.actor, case.id, stage_id, in_child(visit.installation.settings))
    headers = {"Content-Disposition": f'attachment; filename="preview-{case.reference}.pdf"'}
    return Response(page, media_type="application/pdf", headers=headers)
