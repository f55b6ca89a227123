"""A signed sample becomes the value of its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from basis.messages import Message
from casework.accounts import queries as accounts
from casework.accounts.tables import Account
from casework.auditing import findings, queries, words
from casework.auditing.drawing import METHOD_WORDS
from casework.auditing.estimates import Interval
from casework.auditing.queries import ItemLine
from casework.auditing.results import Results
from casework.auditing.rules import CODE_WORDS, SEVERITY_WORDS, STEP_WORDS, STRATA_WORDS, VERDICT_WORDS, Step
from casework.auditing.tables import Engagement, Sample
from casework.certificates.service import Reservation
from casework.organisations.tables import Organisation
from casework.work import Work
from checklists.catalogue import Catalogue
from documents.assemble import role_title
from documents.auditing.values import (
    AuditReport,
    Item,
    Limits,
    RaisedFinding,
    Reader,
    Reason,
    Stated,
    Stratum,
)
from documents.short_code import short_code


def assemble_report(
    work: Work, catalogue: Catalogue, sample: Sample, reservation: Reservation, *, public_url: str, specimen: bool
) -> AuditReport:
    """The value of the report of a sample that is signed, complete."""
    session = work.session
    engagement = session.get_one(Engagement, sample.engagement_id)
    line = queries.one(session, work.actor, engagement.number)
    lines = queries.work_list(session, sample)
    found = queries.results_of(sample, lines)
    keys = {said.by for one in lines for said in one.said.values()} | {sample.drawn_by, sample.signed_by}
    people = accounts.people(session, keys)
    names = words.stratum_names(session, catalogue, sample.strata, found.strata) if sample.strata else {}
    signer = people[sample.signed_by]
    assert sample.signed_on is not None  # noqa: S101  only signed samples have a report
    return AuditReport(
        number=reservation.number,
        issued_on=work.today,
        issuer=session.get_one(Organisation, signer.organisation_id).name,
        verify_url=f"{public_url}/verify/{reservation.token}",
        short_code=short_code(reservation.token),
        specimen=specimen,
        engagement=engagement.number,
        engagement_title=engagement.title,
        purpose=engagement.purpose,
        begins_on=engagement.begins_on,
        ends_on=engagement.ends_on,
        auditors=tuple(account.name for account in line.auditors),
        sample=sample.number,
        asked=tuple(
            Stated(label=str(label), value=str(value)) for label, value in words.asked(session, catalogue, sample)
        ),
        method=str(METHOD_WORDS[sample.method]),
        strata_by=str(STRATA_WORDS[sample.strata]) if sample.strata else "",
        seed=sample.seed,
        second_share=sample.second_share,
        confidence=sample.confidence,
        drawn_on=sample.drawn_on,
        drawn_by=people[sample.drawn_by].name,
        population_sha256=sample.population_sha256,
        **_numbers(found),
        strata=_strata(found, names),
        reasons=tuple(
            Reason(code=code, words=str(CODE_WORDS[code]), count=count) for code, count in found.codes.items()
        ),
        items=tuple(_item(one, people, names) for one in lines),
        findings=tuple(
            RaisedFinding(finding=row.number, title=row.title, severity=str(SEVERITY_WORDS[row.severity]))
            for row in findings.listed(session, work.actor, engagement_id=engagement.id)
        ),
        conclusion=sample.conclusion,
        signed_on=sample.signed_on,
        signed_by=signer.name,
        signed_title=signer.title or role_title(signer.role),
    )


def _numbers(found: Results) -> dict[str, Any]:
    whole = found.whole
    return {
        "population": whole.population,
        "drawn": whole.drawn,
        "agree": whole.agree,
        "exceptions": whole.exceptions,
        "not_examinable": whole.not_examinable,
        "rate": whole.rate,
        "finite_limits": _limits(whole.limits),
        "binomial_limits": _limits(found.binomial),
        "weighted_rate": found.weighted,
    }


def _limits(found: Interval | None) -> Limits | None:
    return Limits(low=found.low, high=found.high) if found else None


def _strata(found: Results, names: Mapping[str, Message | str]) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(
            name=str(names.get(name, name)),
            population=one.population,
            drawn=one.drawn,
            exceptions=one.exceptions,
            not_examinable=one.not_examinable,
            rate=one.rate,
            limits=_limits(one.limits),
        )
        for name, one in found.strata.items()
    )


def _item(line: ItemLine, people: Mapping[str, Account], names: Mapping[str, Message | str]) -> Item:
    outcome = line.outcome
    assert outcome is not None  # noqa: S101  a sample is signed when every document is read to the end
    stratum = line.item.stratum
    return Item(
        position=line.item.position,
        document=line.certificate.number,
        title=line.certificate.title,
        issued_on=line.certificate.issued_on,
        stratum=str(names.get(stratum, stratum)),
        verdict=str(VERDICT_WORDS[outcome.verdict]),
        reason=str(CODE_WORDS[outcome.code]) if outcome.code else "",
        readers=tuple(
            Reader(step=str(STEP_WORDS[step]), name=people[line.said[step].by].name)
            for step in Step
            if step in line.said
        ),
    )
