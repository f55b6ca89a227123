"""What a qualification statement says of each decision: what was examined, what was decided, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import select

from basis.messages import Message, _, _n
from casework.qualifications.tables import (
    Diploma,
    Institution,
    QualificationDecision,
    QualificationKind,
    QualificationOutcome,
    RecognitionProcedure,
    TradeTest,
)
from casework.work import Work
from documents import values as v
from documents.languages import country, language_name

_SUBJECTS: Mapping[QualificationKind, Message] = {
    QualificationKind.DIPLOMA: _("Diploma"),
    QualificationKind.LANGUAGE: _("Language"),
    QualificationKind.ABILITY: _("Professional ability"),
}
_RECOGNISED: Mapping[QualificationOutcome, Message] = {
    QualificationOutcome.FULL: _("recognised in full"),
    QualificationOutcome.PARTIAL: _("recognised in part"),
    QualificationOutcome.NONE: _("not recognised"),
    QualificationOutcome.NOT_REQUIRED: _("no recognition required"),
}
_SKILLS = {"listening": _("listening"), "reading": _("reading"), "writing": _("writing"), "speaking": _("speaking")}


def decided(work: Work, row: QualificationDecision) -> v.QualificationDecision:
    """A decision with what it rests on, as far as that was recorded."""
    diploma = _diploma(work, row)
    institution, level = "", ""
    if diploma is not None:
        awarded_by = work.session.get_one(Institution, diploma.institution_id)
        institution = f"{awarded_by.name}, {country(awarded_by.country)}"
        level = str(_("ISCED 2011, level {level}", level=diploma.isced))
    return v.QualificationDecision(
        subject=str(_SUBJECTS[row.kind]),
        looked_at=row.title or row.authority,
        decision=_decision(work, row),
        decided_on=row.decided_on,
        institution=institution,
        level=level,
        authority=row.authority if row.title not in ("", row.authority) else "",
    )


def _diploma(work: Work, row: QualificationDecision) -> Diploma | None:
    if row.kind is not QualificationKind.DIPLOMA:
        return None
    # An earlier decision of a procedure that went on is not named by it any more; its diploma has the printed title.
    query = select(Diploma).join(RecognitionProcedure).where(RecognitionProcedure.case_id == row.case_id)
    found = work.session.exec(query.where(RecognitionProcedure.decision_id == row.id)).one_or_none()
    return found or work.session.exec(query.where(Diploma.title == row.title)).first()


def _decision(work: Work, row: QualificationDecision) -> str:
    match row.kind:
        case QualificationKind.LANGUAGE:
            said = str(_("{language}, level {level} (CEFR)", language=language_name(row.subject), level=row.level))
            return said + "".join(f"; {_SKILLS[skill]} {level}" for skill, level in row.skills.items())
        case QualificationKind.ABILITY:
            test = work.session.exec(select(TradeTest).where(TradeTest.decision_id == row.id)).one_or_none()
            if test is not None and test.passed:
                return "; ".join((str(_("trade test passed")), *_points(test)))
            if row.months is not None:
                return str(
                    _n("{count} month of experience accepted", "{count} months of experience accepted", row.months)
                )
            if row.years is not None:
                return str(_n("{count} year of experience accepted", "{count} years of experience accepted", row.years))
    return str(_RECOGNISED[row.outcome])


def _points(test: TradeTest) -> Iterator[str]:
    """The points of both parts, where the centre told them."""
    if test.theory_points is not None:
        yield str(_("theory {points} of {most}", points=test.theory_points, most=test.theory_of))
    if test.practical_points is not None:
        yield str(_("practical part {points} of {most}", points=test.practical_points, most=test.practical_of))
