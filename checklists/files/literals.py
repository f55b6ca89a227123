"""What may stand in quotes in a condition: a code that does not exist would be a silent no for ever."""

from __future__ import annotations

from basis import countries, isco
from checklists.facts import HOUSEHOLD_ROLES

SEXES = ("F", "M", "X")


def fault_in(field: str, text: str) -> str:
    """What is wrong with comparing a field with a written text, in words; "" where nothing is."""
    match field:
        case "nationality" | "destination" if not countries.is_country(text):
            return f"there is no country '{text}'; write a code such as 'DE'"
        case "occupation" if not isco.is_unit_group(text):
            return f"there is no occupation '{text}' in ISCO-08; write a code of four digits such as '7112'"
        case "sex" if text not in SEXES:
            return f"sex is one of {', '.join(SEXES)}"
        case "household_role" if text not in HOUSEHOLD_ROLES:
            return f"a role in a household is one of {', '.join(HOUSEHOLD_ROLES)}"
    return ""
