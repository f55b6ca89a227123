"""The household of a case's worker as pages, lists and programs show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.households.queries import HouseholdLine, Member
from casework.households.rules import CHANGE_WORDS, ROLE_WORDS, ChangeKind, MemberRole
from casework.households.service import reason_words
from casework.households.tables import HouseholdChange
from dashboard import addresses, words
from dashboard.cases.wording import country
from dashboard.pages.case import Event
from dashboard.pages.people import HouseholdRow, MemberView
from dashboard.parts import Badge, Link, Option, Text, Tone
from dashboard.sessions import Visit


def name_of(member: Member) -> Text:
    """The family name first, as in all lists; a dash for somebody whose data was erased."""
    return ", ".join(part for part in (member.family_name, member.given_names) if part) or "–"


def member_view(visit: Visit, case: Case, member: Member, now: Sequence[Member]) -> MemberView:
    """One line of the page of a household; `now` are its present members."""
    row = member.row
    born = _("born {day}", day=words.on(member.birth_date)) if member.birth_date else ""
    said: Text = _("{born} · {country}", born=born, country=country(member.nationality)) if member.nationality else born
    stay: Text = words.on(row.joined_on)
    if row.left_on is not None:
        stay = _("{first} to {last}", first=stay, last=words.on(row.left_on))
    changes = visit.may(Permission.EDIT_CASES) and not is_ended(case.life)
    return MemberView(
        name=Link(addresses.case(member.case.id) if member.case else "", name_of(member)),
        role=ROLE_WORDS[row.role],
        born=said,
        stay=stay,
        travels=travels(row.role, together=row.together),
        flags=_flags(member),
        acts=_acts(case, member, now) if changes else (),
    )


def travels(role: MemberRole, *, together: bool) -> Badge:
    """Whether a member travels with the principal."""
    if role is MemberRole.PRINCIPAL:
        return Badge(Tone.DONE, _("leads the journey"))
    return Badge(Tone.DONE, _("together")) if together else Badge(Tone.WAIT, _("apart"))


def _flags(member: Member) -> tuple[Badge, ...]:
    if member.row.left_on is not None:
        return ()
    if member.lacks_consent:
        return (Badge(Tone.LATE, _("no guardian has consented")),)
    if member.consent is not None:
        day = words.on(member.consent.given_on)
        return (Badge(Tone.DONE, _("a guardian consented on {day}", day=day)),)
    return ()


def _acts(case: Case, member: Member, now: Sequence[Member]) -> tuple[Link, ...]:
    row = member.row

    def link(act: str, said: Message) -> Link:
        return Link(addresses.case(case.id, "household", "members", row.id, act), said, str(name_of(member)))

    if row.left_on is not None:
        here = {(one.row.worker_id, one.row.person_id) for one in now}
        back = (row.worker_id, row.person_id) not in here
        return (link(ChangeKind.REJOINED, _("Take back in")),) if back else ()
    links = []
    if member.lacks_consent:
        links.append(link("consent", _("Record a consent")))
    elif member.consent is not None:
        links.append(link("withdraw-consent", _("Take the consent back")))
    if row.role is not MemberRole.PRINCIPAL:
        other = ChangeKind.APART if row.together else ChangeKind.TOGETHER
        links.append(link(other, _("Travels apart") if row.together else _("Travels together")))
    links.append(link(ChangeKind.LEFT, _("Leaves")))
    return tuple(links)


def alerts(members: Sequence[Member]) -> tuple[Badge, ...]:
    """What must be seen to before anybody leaves."""
    found = []
    children = sum(one.lacks_consent for one in members)
    if children:
        found.append(
            Badge(
                Tone.LATE,
                _n(
                    "{count} child may not travel: no guardian has consented.",
                    "{count} children may not travel: no guardian has consented.",
                    children,
                ),
            )
        )
    if members and all(one.row.role is not MemberRole.PRINCIPAL for one in members):
        found.append(Badge(Tone.TODAY, _("The household has no principal whom the others follow.")))
    return tuple(found)


def events(
    visit: Visit, changes: Sequence[HouseholdChange], members: Sequence[Member], people: Mapping[str, Text]
) -> tuple[Event, ...]:
    """The history of a household, newest first."""
    names = {one.row.id: name_of(one) for one in members}
    return tuple(
        Event(
            words.on(row.happened_on),
            people.get(row.recorded_by, _("the engine")),
            _told(names.get(row.member_id, "–"), row),
        )
        for row in changes
    )


def _told(name: Text, row: HouseholdChange) -> Message:
    said = _("{name} {what}", name=name, what=CHANGE_WORDS[row.kind])
    return _("{what}: {why}", what=said, why=reason_words(row.kind, row.reason)) if row.reason else said


def household_row(line: HouseholdLine) -> HouseholdRow:
    """One household of the list; the link leads to the page of a member who has a case."""
    lead = line.principal or line.members[0]
    seen = next((one.case for one in (lead, *line.members) if one.case is not None), None)
    apart = line.apart
    flag = Badge(Tone.LATE, _n("{count} child without consent", "{count} children without consent", line.flagged))
    return HouseholdRow(
        principal=Link(addresses.case(seen.id, "household") if seen else "", name_of(lead)),
        reference=line.household.reference,
        members=", ".join(str(part) for part in _counted(line.members)),
        travels=Badge(Tone.WAIT, _n("{count} travels apart", "{count} travel apart", apart))
        if apart
        else Badge(Tone.DONE, _("together")),
        flag=flag if line.flagged else None,
        since=words.on(min(one.row.joined_on for one in line.members)),
    )


def _counted(members: Sequence[Member]) -> list[Message]:
    found = []
    for role in MemberRole:
        count = sum(one.row.role is role for one in members)
        if count:
            found.append(_("{count} {role}", count=count, role=ROLE_WORDS[role]))
    return found


def reasons(kind: ChangeKind, table: Mapping[ChangeKind, Mapping[str, Message]]) -> tuple[Option, ...]:
    """The reasons of a change as a choice."""
    return tuple(Option(code, said) for code, said in table[kind].items())
