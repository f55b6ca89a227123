"""The public page of reports, the answer by code, and the pages of those who handle complaints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from gettext import NullTranslations
from uuid import UUID

from sqlmodel import select

from casework.actor import ENGINE
from casework.complaints.tables import Complaint
from casework.organisations.tables import Organisation, OrganisationKind
from casework.work import Work
from dashboard import addresses, reporting
from dashboard.security import REPORT, REPORT_CODE
from dashboard.views import render
from tests.dashboard import samples_costs
from tests.dashboard.bench import ADDRESS, Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.support import factories

_CODE = re.compile(r'class="report-code" dir="ltr">([0-9A-Z-]{19})<')
SAID = {"kind": "fee", "against": "other", "words": "A broker took 500 euros", "contact": "+383 44 000 111"}


def report(person: Person, **values: str) -> str:
    """Send a report; its code."""
    page = send(person, addresses.REPORT, "report", {**SAID, **values}, status=200)
    found = _CODE.search(page)
    assert found is not None, page
    return found[1]


def post(person: Person, address: str, data: Mapping[str, str | list[str]], status: int = 200) -> str:
    """Send a public form; those have no token."""
    answer = person.client.post(address, data=data, headers={"origin": ADDRESS})
    assert answer.status_code == status, answer.text
    return answer.text


def complaint(site: Bench) -> Complaint:
    with site.installation.database.read() as session:
        return session.exec(select(Complaint)).one()


def test_a_report_is_taken_without_signing_in_and_answered_by_its_code(opened: Bench) -> None:
    with opened.visit() as reporter, opened.visit("liridona") as officer:
        code = report(reporter)
        address = addresses.complaint(complaint(opened).id)
        assert address in officer.get(addresses.COMPLAINTS)
        page = officer.get(address)
        assert "A broker took 500 euros" in page and "+383 44 000 111" in page and "nobody yet" in page
        send(officer, address, "take")
        send(officer, address, "step", {"words": "On which day was it?", "told": "yes"})
        data = {"code": code.lower().replace("-", " "), "language": ""}
        shown = post(reporter, addresses.REPORT_STATUS, data, 200)
        assert "On which day was it?" in shown and "somebody is working on it" in shown and "A broker" not in shown
        added = post(reporter, addresses.REPORT_MORE, {"code": code, "language": "", "more": "On 3 May"}, 200)
        assert "It was added to your report." in added
        answer = {"outcome": "settled", "answer": "You get it back."}
        assert "The reporter wrote more since." in send(officer, address, "close", answer, status=409)
        assert "On 3 May" in officer.get(address)
        send(officer, address, "step", {"words": "Read"})
        send(officer, address, "close", answer)
        assert "It was settled." in officer.get(addresses.query(addresses.COMPLAINTS, show="closed"))
        shown = post(reporter, addresses.REPORT_STATUS, data, 200)
        assert "You get it back." in shown and "It was settled." in shown
        send(officer, address, "reopen")
        assert form_ids(officer.get(address)) == {"step", "close", "sort"}


def form_ids(page: str) -> set[str]:
    return {one for one in forms_on(page) if one}


def test_the_same_form_sent_twice_is_one_report_and_a_wrong_code_is_told_in_words(opened: Bench) -> None:
    with opened.visit() as reporter:
        data = {**SAID, "once": "one", "language": ""}
        first = post(reporter, addresses.REPORT, data, 200)
        again = post(reporter, addresses.REPORT, data, 200)
        codes = {found[1] for page in (first, again) if (found := _CODE.search(page))}
        assert len(codes) == 1 and complaint(opened).version == 2
        wrong = post(reporter, addresses.REPORT_STATUS, {"code": "0000-0000-0000-0000", "language": ""}, 404)
        assert "There is no report with this code." in wrong
        page = post(reporter, addresses.REPORT, {**data, "words": ""}, 422)
        assert "fill this in" in page and 'value="one"' in page
        for bad in ({"kind": "nonsense"}, {"against": "of-1"}, {"head": "x"}):
            post(reporter, addresses.REPORT, {**data, **bad}, 422)
        reporter.get(addresses.query(addresses.REPORT, language="xx"))


def test_nothing_of_the_code_or_the_report_stands_in_an_address_and_no_cookie_is_set(opened: Bench) -> None:
    with opened.visit() as reporter:
        code = report(reporter)
        for address in (addresses.REPORT, addresses.REPORT_STATUS):
            page = reporter.get(address)
            assert code not in page
        assert not reporter.client.cookies
        shown = post(reporter, addresses.REPORT_STATUS, {"code": code, "language": ""}, 200)
        links = re.findall(r'(?:href|action)="([^"]*)"', shown)
        assert links and not [one for one in links if code in one or "500" in one]


def test_it_does_not_matter_who_is_signed_in(opened: Bench) -> None:
    with opened.visit("arta") as person:
        assert "Arta Gashi" not in person.get(addresses.REPORT)
        report(person)
    with opened.installation.database.read() as session:
        rows = [one.model_dump() for one in session.exec(select(Complaint))]
    assert str(opened.cast["arta"].user_id) not in str(rows)


def test_reports_and_codes_are_counted(opened: Bench) -> None:
    with opened.visit() as reporter:
        for rate in (REPORT, REPORT_CODE):
            address = {REPORT: addresses.REPORT_MORE, REPORT_CODE: addresses.REPORT_STATUS}[rate]
            tried = [
                reporter.client.post(address, data={"code": "0", "more": "x"}, headers={"origin": ADDRESS})
                for _each in range(rate.item.amount + 1)
            ]  # fmt: skip
            assert [one.status_code for one in tried] == [404] * rate.item.amount + [429]


def test_complaints_are_for_those_who_handle_them(opened: Bench) -> None:
    with opened.visit() as reporter:
        report(reporter)
    both = addresses.COMPLAINTS, addresses.complaint(complaint(opened).id)
    for name in ("arta", "agron", "audit", "admin", "karin", "ilir", ""):
        with opened.visit(name) as person:
            assert {person.client.get(address).status_code for address in both} == {403 if name else 303}, name


def test_a_supervisor_never_reads_a_report_about_the_staff_of_the_office(opened: Bench) -> None:
    with opened.visit() as reporter:
        report(reporter, against="staff")
    row = complaint(opened)
    with opened.visit("mira") as person:
        assert addresses.complaint(row.id) not in person.get(addresses.COMPLAINTS)
        person.get(addresses.complaint(row.id), 404)
        for act in ("take", "step", "sort", "close", "read", "reopen"):
            person.post(addresses.complaint(row.id, act), {"version": "1"}, status=404)
    with opened.visit("liridona") as person:
        send(person, addresses.complaint(row.id), "sort", {"about_id": str(opened.cast["liridona"].user_id)})
        person.get(addresses.complaint(row.id), 404)


def test_a_late_complaint_stands_in_the_work_of_the_supervisor(opened: Bench) -> None:
    with opened.visit() as reporter:
        report(reporter)

    def wait(work: Work) -> None:
        row = work.session.exec(select(Complaint)).one()
        row.due_on = row.received_on.replace(year=row.received_on.year - 1)
        work.session.add(row)

    opened.installation.database.run(ENGINE, wait)
    with opened.visit("mira") as person:
        assert "complaints overdue" in person.get(addresses.WORK)
        assert "days overdue" in person.get(addresses.query(addresses.COMPLAINTS, show="overdue"))
        person.get(addresses.query(addresses.COMPLAINTS, show="nonsense"), 422)


def test_what_is_added_to_a_closed_complaint_stands_in_the_work_of_who_handles_it(opened: Bench) -> None:
    with opened.visit() as reporter, opened.visit("mira") as officer:
        code = report(reporter)
        address = addresses.complaint(complaint(opened).id)
        send(officer, address, "take")
        send(officer, address, "close", {"outcome": "not_founded", "answer": "No proof."})
        assert "closed complaints with something new" not in officer.get(addresses.WORK)
        more = {"code": code, "language": "", "more": "They beat me now"}
        assert "We answer by" in post(reporter, addresses.REPORT_MORE, more)
        assert "closed complaints with something new" in officer.get(addresses.WORK)
        for part in ("added", "open", "mine"):
            page = officer.get(addresses.query(addresses.COMPLAINTS, show=part))
            assert address in page and "closed; the reporter wrote more" in page
        send(officer, address, "reopen")
        assert "closed complaints with something new" not in officer.get(addresses.WORK)


def test_what_is_added_to_a_closed_complaint_is_marked_as_read_and_changes_nothing_of_its_end(opened: Bench) -> None:
    with opened.visit() as reporter, opened.visit("mira") as handler, opened.visit("liridona") as officer:
        code = report(reporter)
        address = addresses.complaint(complaint(opened).id)
        send(handler, address, "take")
        send(handler, address, "close", {"outcome": "not_founded", "answer": "No proof."})
        assert form_ids(officer.get(address)) == {"reopen"}
        old = {"version": str(complaint(opened).version)}
        officer.post(addresses.complaint(address.rsplit("/", 1)[1], "read"), old, status=409)

        def long_ago(work: Work) -> None:
            row = work.session.exec(select(Complaint)).one()
            row.closed_on = row.received_on - timedelta(days=90)
            work.session.add(row)

        opened.installation.database.run(ENGINE, long_ago)
        before = complaint(opened)
        post(reporter, addresses.REPORT_MORE, {"code": code, "language": "", "more": "Thank you."})
        assert form_ids(officer.get(address)) == {"read", "reopen"}
        send(officer, address, "read")
        after = complaint(opened)
        assert (after.unread, after.state, after.outcome, after.closed_on, after.handler_id) == (
            False, before.state, before.outcome, before.closed_on, before.handler_id,
        )  # fmt: skip
        assert "What the reporter added was read." in officer.get(address)
        assert "closed complaints with something new" not in handler.get(addresses.WORK)
        shown = post(reporter, addresses.REPORT_STATUS, {"code": code, "language": ""})
        assert "No proof." in shown and "was read" not in shown


def test_a_report_about_an_agency_of_a_closed_office_is_taken(opened: Bench) -> None:
    def second(work: Work) -> UUID:
        office = factories.office(work)
        office.active = False
        work.session.add(office)
        return factories.agency(work, office, name="Agency of the old office").id

    agency_id = opened.installation.database.run(ENGINE, second)
    with opened.visit() as reporter:
        assert "Agency of the old office" in reporter.get(addresses.REPORT)
        report(reporter, against=f"of-{agency_id}")
    assert complaint(opened).organisation_id == agency_id


def test_what_was_written_is_shown_again_where_the_report_cannot_be_taken(opened: Bench) -> None:
    def close(work: Work) -> None:
        for row in work.session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.OFFICE)):
            row.active = False
            work.session.add(row)

    with opened.visit() as reporter:
        data = {**SAID, "once": "one", "language": "de"}
        for once in ({"once": ""}, {"once": ["a", "b"]}):
            page = post(reporter, addresses.REPORT, {**data, **once}, 422)
            assert "A broker took 500 euros" in page and "Was Sie geschrieben haben, steht noch da" in page
            assert 'name="once" value=""' not in page
        opened.installation.database.run(ENGINE, close)
        assert "Zurzeit kann keine Stelle" in reporter.get(addresses.query(addresses.REPORT, language="de"))
        page = post(reporter, addresses.REPORT, data, 503)
        assert "A broker took 500 euros" in page and "Zurzeit kann keine Stelle Meldungen annehmen." in page
    with opened.installation.database.read() as session:
        assert session.exec(select(Complaint)).all() == []


class _Asked(NullTranslations):
    """Notes every sentence that a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()

    def gettext(self, message: str) -> str:
        self.said.add(message)
        return message


def test_every_sentence_of_the_public_pages_is_in_the_catalogue() -> None:
    known = {one.text for one in reporting.SENTENCES}
    for name, page in samples_costs.pages().items():
        if name.startswith("report"):
            asked = _Asked()
            render(page, asked)
            assert {one for one in asked.said if one not in known and re.sub(r"{\w+}", "", one)} == set(), name


def test_languages_that_strangers_think_of_are_not_remembered() -> None:
    reporting.offered()
    before = reporting._spoken.cache_info().currsize
    assert [reporting.spoken(tag) for tag in ("xx", "../reports/sq", "q" * 9_000)] == [None] * 3
    assert reporting._spoken.cache_info().currsize == before


def test_the_page_is_read_in_the_language_that_was_chosen(opened: Bench) -> None:
    with opened.visit() as reporter:
        page = reporter.get(addresses.query(addresses.REPORT, language="ar"))
        assert '<html lang="ar" dir="rtl">' in page and "أبلغ عن رسم أو مشكلة" in page
        shown = reporter.get(addresses.query(addresses.REPORT_STATUS, language="de"))
        assert '<html lang="de"' in shown and "Ihre Meldung" in shown
        data = {**SAID, "once": "one", "language": "de"}
        assert "Das ist Ihr Code." in post(reporter, addresses.REPORT, data, 200)
        assert "füllen Sie das aus" in post(reporter, addresses.REPORT, {**data, "words": ""}, 422)
