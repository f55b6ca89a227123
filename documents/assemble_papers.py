"""What the document preparation record says of a paper besides its number, issuer and whole days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from basis.messages import Message, _
from basis.partial import PartialDate
from casework.cases.tables import Case
from casework.evidence import differences
from casework.evidence.consistency import ZONE, Compared
from casework.evidence.tables import EvidenceItem, Legalisation, Translation
from casework.work import Work
from documents.languages import Language, in_both, language_name, part_of_day
from documents.languages import short_day as written

_FIELDS: Mapping[Compared, Message] = {
    Compared.NAMES: _("Name"),
    Compared.NATIVE_NAME: _("Name"),
    Compared.BIRTH_DATE: _("Date of birth"),
    Compared.SEX: _("Sex"),
    Compared.NATIONALITY: _("Nationality"),
    Compared.NUMBER: _("Passport"),
}


def in_part(item: EvidenceItem, name: str) -> str:
    """A day of which the paper shows the month or the year only; "" for a whole day, and where there is none."""
    text = item.partial_days.get(name)
    return str(part_of_day(PartialDate.parse(text))) if text else ""


def certified(item: EvidenceItem) -> str:
    """How it was translated and legalised, where it was."""
    said = []
    if item.translation is Translation.SWORN:
        language = language_name(item.translation_language.partition("-")[0])
        said.append(str(_("sworn translation into {language}", language=language)))
    day = written(item.legalised_on) if item.legalised_on else ""
    if item.legalisation is Legalisation.APOSTILLE:
        said.append(str(_("apostille of {day}", day=day)))
    elif item.legalisation is Legalisation.LEGALISED:
        said.append(str(_("legalised on {day}", day=day)))
    return "; ".join(said)


def settled(work: Work, case: Case, papers: Sequence[EvidenceItem], second: Language | None) -> tuple[str, str]:
    """In which fields these papers differed from what is recorded, and that a person settled it; in both languages."""
    sources = {ZONE, *(str(item.id) for item in papers)}
    made = differences.compare(work.session, work.vault, case, work.today)
    fields = [one.field for one in made.settled if one.other.source in sources]
    if not fields:
        return "", ""
    sentence = _(
        "Differences between these papers were explained and settled, the reasons are on file: {fields}.",
        fields=_Names("{fields}", fields=tuple(dict.fromkeys(fields))),
    )
    return in_both(sentence, second)


class _Names(Message):
    """The names of fields, in the language in which they are read."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(str(_FIELDS[field]) for field in self.params["fields"]))
