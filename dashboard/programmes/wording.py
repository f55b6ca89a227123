"""Conditions, lengths, validities and people of a programme in words; what has none of its own stands as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from basis import countries
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS
from casework.households.rules import ROLE_WORDS as HOUSEHOLD_ROLES
from casework.households.rules import MemberRole
from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.facts import ALONE
from checklists.programme import AcceptRule, CostBearer, FeeHead, HoldUntil, Programme, Provider, Since, Validity
from dashboard.parts import Text

PROVIDERS: Mapping[Provider, Message] = {
    Provider.WORKER: _("worker"),
    Provider.AGENCY: _("agency"),
    Provider.EMPLOYER: _("employer"),
    Provider.OFFICE: _("office"),
    Provider.CLINIC: _("clinic"),
    Provider.AUTHORITY: _("authority"),
    Provider.PROVIDER: _("training provider"),
    Provider.POLICE: _("police"),
    Provider.ENGINE: _("checked by itself"),
}
BEARERS: Mapping[CostBearer, Message] = {
    CostBearer.NOBODY: _("nobody"),
    CostBearer.WORKER: _("worker"),
    CostBearer.EMPLOYER: _("employer"),
    CostBearer.AGENCY: _("agency"),
    CostBearer.PROGRAMME: _("programme"),
    CostBearer.STATE: _("state"),
}
HEADS: Mapping[FeeHead, Message] = {
    FeeHead.RECRUITMENT_FEE: _("Recruitment or placement"),
    FeeHead.DOCUMENTS: _("Documents"),
    FeeHead.MEDICAL: _("Medical examination"),
    FeeHead.VACCINATION: _("Vaccination"),
    FeeHead.INSURANCE: _("Insurance"),
    FeeHead.SKILLS_TEST: _("Skills test"),
    FeeHead.TRAINING: _("Training"),
    FeeHead.ORIENTATION: _("Orientation"),
    FeeHead.EQUIPMENT: _("Equipment"),
    FeeHead.VISA: _("Visa and permit"),
    FeeHead.TRAVEL: _("Travel"),
    FeeHead.LODGING: _("Lodging"),
    FeeHead.ADMINISTRATION: _("Administration"),
    FeeHead.ANY: _("Everything together"),
}
_ANCHORS: Mapping[str, Message] = {
    "issued_on": _("its issue"),
    "tested_on": _("the test"),
    "decided_on": _("the decision"),
    "examined_on": _("the examination"),
    "xray_on": _("the X-ray"),
    "screened_on": _("the screening"),
    "completed_on": _("its completion"),
    "attended_on": _("the attendance"),
    "registered_on": _("the registration"),
    "signed_on": _("the signature"),
}
_AFTER: Mapping[Since, Message] = {
    Since.DEPARTURE: _("{length} after departure"),
    Since.ARRIVAL: _("{length} after arrival"),
    Since.COMPLETION: _("{length} after completion"),
    Since.END: _("{length} after the end of the assignment"),
}
_UNTIL: Mapping[HoldUntil, tuple[Message, Message]] = {
    HoldUntil.REGISTRATION: (_("on the day of registration"), _("and still {length} after registration")),
    HoldUntil.DEPARTURE: (_("and still on the day of departure"), _("and still {length} after departure")),
    HoldUntil.ARRIVAL: (_("and still on the day of arrival"), _("and still {length} after arrival")),
    HoldUntil.VISA_APPLICATION: (_("on the day of the visa application"), _("on the day of the visa application")),
}
_GAPS = re.compile(r"gap\('[a-z0-9_]+'\)(?: or gap\('[a-z0-9_]+'\))*")
_GAP = re.compile(r"gap\('([a-z0-9_]+)'\)")
_QUOTED = re.compile(r"'([^']*)'")
_COUNTRIES = re.compile(r"(nationality|destination) (==|!=|in|not in) ('[A-Z]{2}'|\((?:'[A-Z]{2}',? ?)+\))")
_AGE = re.compile(r"age_at\((departure|registered_on|today)\) (>=|<=|>|<) (\d{1,3})")
_HAS = re.compile(r"(not )?has\('([a-z0-9_]+)'\)")


def condition(programme: Programme, one: Condition) -> Message:
    """A condition in words, beginning with “only”."""
    text = " ".join(one.text.split())
    if _GAPS.fullmatch(text):
        return _("only {when}", when=_gap(programme, _GAP.findall(text)))
    for sign, joined in ((" and ", _("{one}, and {other}")), (" or ", _("{one}, or {other}"))):
        parts = text.split(sign)
        said = [_atom(programme, part) for part in parts]
        if all(part is not None for part in said) and (len(parts) > 1 or sign == " or "):
            return _("only {when}", when=_joined(joined, [part for part in said if part is not None]))
    return _("only if: {condition}", condition=text)


def _joined(form: Message, parts: list[Message]) -> Message:
    whole = parts[0]
    for part in parts[1:]:
        whole = form.with_params({"one": whole, "other": part})
    return whole


def _atom(programme: Programme, text: str) -> Message | None:
    if text == "loan_asked":
        return _("if a loan is asked for")
    if text == "travels_together":
        return _("if the worker travels together with a household")
    if text == "children >= 1":
        return _("if children belong to the household")
    if text == "nationality != destination":
        return _("if the worker is no national of the destination")
    for pattern, say in _ATOMS:
        found = pattern.fullmatch(text)
        if found:
            return say(programme, found)
    return None


def _gap(programme: Programme, kinds: Iterable[str]) -> Message:
    return _("if a gap was found: {requirements}", requirements=_titles(programme, kinds))


def _titles(programme: Programme, kinds: Iterable[str]) -> str:
    """The requirements that ask for these kinds of evidence, by their titles."""
    asked = [requirement for kind in kinds for _stage, requirement in programme.asking_for(kind)]
    return ", ".join(dict.fromkeys(str(requirement.label) for requirement in asked))


def _say_track(programme: Programme, found: re.Match[str]) -> Message:
    track = programme.track(found[1])
    return _("on the track {track}", track=track.label if track else found[1])


def _say_countries(programme: Programme, found: re.Match[str]) -> Message:
    named = listed(_QUOTED.findall(found[3]))
    of_work = found[1] == "destination"
    if found[2] in ("==", "in"):
        said = _("for work in {countries}") if of_work else _("for nationals of {countries}")
        return said.with_params({"countries": named})
    if of_work:
        return _("for work elsewhere than in {countries}", countries=named)
    return _("for nationals of other countries than {countries}", countries=named)


def _say_age(programme: Programme, found: re.Match[str]) -> Message:
    day = {"departure": _("at departure"), "registered_on": _("at registration"), "today": _("today")}[found[1]]
    years = int(found[3])
    if found[2] in (">=", ">"):
        return _("for workers of {age} or older {day}", age=years + (found[2] == ">"), day=day)
    return _("for workers of {age} or younger {day}", age=years - (found[2] == "<"), day=day)


def _say_role(programme: Programme, found: re.Match[str]) -> Message:
    if found[1] == ALONE:
        return _("for workers who belong to no household")
    return _("for the {role} of a household", role=HOUSEHOLD_ROLES[MemberRole(found[1])])


def _say_has(programme: Programme, found: re.Match[str]) -> Message:
    if found[2] == "earlier_placement":
        if found[1]:
            return _("if the worker comes for the first time")
        return _("if the worker was placed by this programme before")
    titles = _titles(programme, [found[2]]) or found[2].replace("_", " ")
    return _("as long as this is not there: {what}", what=titles) if found[1] else _("with: {what}", what=titles)


_ATOMS: tuple[tuple[re.Pattern[str], Callable[[Programme, re.Match[str]], Message]], ...] = (
    (re.compile(r"track == '([a-z0-9_]+)'"), _say_track),
    (re.compile(r"household_role == '([a-z]+)'"), _say_role),
    (_COUNTRIES, _say_countries),
    (_AGE, _say_age),
    (_HAS, _say_has),
    (_GAP, lambda programme, found: _gap(programme, [found[1]])),
)


def listed(codes: Iterable[str]) -> str:
    """Countries by their names."""
    return ", ".join(str(countries.name(code)) for code in codes)


def person(who: Provider | Role) -> Message:
    return PROVIDERS[who] if isinstance(who, Provider) else ROLE_WORDS[who]


def bearers(many: Iterable[CostBearer]) -> str:
    return ", ".join(str(BEARERS[one]) for one in many)


def holds(validity: Validity | None) -> str:
    """How long evidence is good, and until when it must be; "" for no limit."""
    said: list[Message] = []
    if validity is not None:
        if validity.max_age is not None and validity.anchor is not None:
            said.append(_("{length} from {anchor}", length=length(validity.max_age), anchor=_anchor(validity.anchor)))
        said.extend(
            _("{length} from {anchor}", length=length(limit.max_age), anchor=_anchor(limit.anchor))
            for limit in validity.also
        )
        if validity.last_day is not None:
            said.append(_("until the last day it names"))
        if validity.must_hold_until in _UNTIL:
            on_the_day, later = _UNTIL[validity.must_hold_until]
            with_margin = later.with_params({"length": length(validity.margin)})
            said.append(on_the_day if validity.margin == Duration() else with_margin)
    return ", ".join(str(part) for part in said)


def enough(alternatives: Iterable[Mapping[str, AcceptRule]]) -> str:
    """What evidence must say to be good enough; of several alternatives one. "" where nothing is said."""
    said = [", ".join(str(_rule(name, rule)) for name, rule in one.items()) for one in alternatives]
    whole = said[0] if said else ""
    for other in said[1:]:
        whole = str(_("{one}, or {other}", one=whole, other=other))
    return whole


def _rule(name: str, rule: AcceptRule) -> Message:
    what = name.replace("_", " ")
    if rule.one_of:
        answers = ", ".join(str(_answer(value)) for value in rule.one_of)
        return _("{what}: {answers}", what=what, answers=answers)
    if rule.at_least is not None and rule.at_most is not None:
        return _("{what}: {least} to {most}", what=what, least=rule.at_least, most=rule.at_most)
    if rule.at_least is not None:
        return _("{what}: at least {least}", what=what, least=rule.at_least)
    return _("{what}: at most {most}", what=what, most=rule.at_most)


def _answer(value: str | int | bool) -> Text:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value).replace("_", " ")


def _anchor(name: str) -> Text:
    return _ANCHORS.get(name) or _("the day “{name}”", name=name.replace("_", " "))


def length(span: Duration) -> Text:
    """“1 year 6 months”."""
    parts: list[Message] = []
    years, months = divmod(span.months, 12)
    if years:
        parts.append(_n("{count} year", "{count} years", years))
    if months:
        parts.append(_n("{count} month", "{count} months", months))
    if span.days or not parts:
        parts.append(_n("{count} day", "{count} days", span.days))
    return " ".join(str(part) for part in parts)


def after(span: Duration, since: Since) -> Message:
    """“3 months after arrival”."""
    if since is Since.END and span == Duration():
        return _("at the end of the assignment")
    return _AFTER[since].with_params({"length": length(span)})


def working_days(count: int, calendar: str) -> Message:
    """“about 20 working days”; just days where no country's calendar counts."""
    if not calendar:
        return _n("about {count} day", "about {count} days", count)
    return _n("about {count} working day", "about {count} working days", count)
