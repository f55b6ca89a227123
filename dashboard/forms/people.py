"""Forms about households, and about records of one person."""

from __future__ import annotations

from basis.messages import _
from dashboard import addresses
from dashboard.forms.case import SEX, Options, version
from dashboard.parts import Field, Form, Kind, Text


def found(case_id: object, number: int, roles: Options, today: str) -> Form:
    """A new household with the case's worker as its first member."""
    return Form(
        "household",
        addresses.case(case_id, "household"),
        _("Form a household"),
        (
            Field("role", _("The worker is its"), Kind.RADIO, options=roles, value="principal"),
            Field("happened_on", _("Since"), Kind.DATE, value=today),
        ),
        version(number),
    )


def add_worker(case_id: object, number: int, roles: Options, reasons: Options, today: str) -> Form:
    """Another worker of the office joins."""
    return Form(
        "add-worker",
        addresses.case(case_id, "household", "workers"),
        _("Add to the household"),
        (
            Field("reference", _("Case"), hint=_("The reference of the worker's case."), longest=60),
            *_joins(roles, reasons, today),
        ),
        version(number),
    )


def add_person(case_id: object, number: int, roles: Options, reasons: Options, countries: Options, today: str) -> Form:
    """Somebody joins who only travels along."""
    return Form(
        "add-person",
        addresses.case(case_id, "household", "persons"),
        _("Add to the household"),
        (
            Field("family_name", _("Family name"), hint=_("As in the passport.")),
            Field("given_names", _("Given names"), required=False),
            Field("sex", _("Sex"), Kind.RADIO, options=SEX, value="X"),
            Field(
                "birth_date",
                _("Date of birth"),
                Kind.DATE,
                hint=_("Who has none on record is treated as a child."),
                required=False,
            ),
            Field("nationality", _("Nationality"), Kind.CHOICE, options=countries, required=False),
            Field("passport_number", _("Passport number"), hint=_("It is kept sealed."), required=False, longest=40),
            *_joins(roles, reasons, today),
        ),
        version(number),
    )


def change_member(
    case_id: object,
    number: int,
    member_id: object,
    act: str,
    said: Text,
    reasons: Options,
    today: str,
    *,
    danger: bool,
) -> Form:
    """A member leaves, comes back, travels together or apart."""
    return Form(
        f"change-{act}",
        addresses.case(case_id, "household", "members", member_id, act),
        said,
        (
            Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
            Field("happened_on", _("On"), Kind.DATE, value=today),
        ),
        version(number),
        danger=danger,
    )


def split(case_id: object, number: int, members: Options, workers: Options, reasons: Options, today: str) -> Form:
    """Several members leave and are a household of their own."""
    return Form(
        "split",
        addresses.case(case_id, "household", "split"),
        _("Split the household"),
        (
            Field("members", _("Who leaves"), Kind.CHECKS, options=members),
            Field(
                "principal",
                _("Whom they follow"),
                Kind.RADIO,
                hint=_("A worker among those who leave: the principal of the new household."),
                options=workers,
            ),
            Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
            Field("happened_on", _("On"), Kind.DATE, value=today),
        ),
        version(number),
        danger=True,
    )


def consent(case_id: object, number: int, child_id: object, guardians: Options, today: str) -> Form:
    """A guardian lets a child go."""
    hint = "" if guardians else _("Nobody of age is in the household: add a parent or guardian first.")
    return Form(
        "consent",
        addresses.case(case_id, "household", "members", child_id, "consent"),
        _("Record the consent"),
        (
            Field("guardian", _("Who consents"), Kind.RADIO, hint=hint, options=guardians),
            Field("given_on", _("On"), Kind.DATE, value=today),
            Field(
                "reference",
                _("Paper"),
                hint=_("Number or place of the signed consent. It is kept sealed."),
                required=False,
            ),
        ),
        version(number),
    )


def withdraw_consent(case_id: object, number: int, child_id: object, reasons: Options) -> Form:
    """A guardian takes the consent back, today."""
    return Form(
        "withdraw-consent",
        addresses.case(case_id, "household", "members", child_id, "withdraw-consent"),
        _("Take the consent back"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        danger=True,
    )


def merge(kept_id: object, other_id: object, versions: tuple[int, int], parts: Options, taken: str) -> Form:
    """Bring one record into the other. `parts` are those that differ, `taken` those ticked at first."""
    take = Field(
        "take",
        _("What the kept record takes from the other one"),
        Kind.CHECKS,
        hint=_("Whatever is not ticked stays as the kept record has it."),
        value=taken,
        options=parts,
        required=False,
    )
    return Form(
        "merge",
        addresses.compared(kept_id, other_id, "merge"),
        _("Merge the two records"),
        (
            *((take,) if parts else ()),
            Field("reason", _("Why they are of one person"), Kind.LONG, hint=_("It is kept sealed."), longest=1000),
        ),
        (("kept_number", str(versions[0])), ("merged_number", str(versions[1]))),
        danger=True,
    )


def tell_apart(kept_id: object, other_id: object) -> Form:
    """They are two people: the pair is not shown again."""
    return Form(
        "apart",
        addresses.compared(kept_id, other_id, "apart"),
        _("They are two people"),
        (Field("reason", _("Why"), Kind.LONG, hint=_("It is kept sealed."), longest=1000),),
        quiet=True,
    )


def unmerge(merge_id: object, added: Options) -> Form:
    """Take two records apart. `added` are the rows since the merge that hang on no case of the merged record."""
    goes = Field(
        "goes_back",
        _("What was added since and belongs to the restored record"),
        Kind.CHECKS,
        hint=_("Whatever is not ticked stays with the kept record."),
        options=added,
        required=False,
    )
    return Form(
        "unmerge",
        addresses.merge(merge_id, "undo"),
        _("Take them apart"),
        (
            *((goes,) if added else ()),
            Field("reason", _("Why they are two people"), Kind.LONG, hint=_("It is kept sealed."), longest=1000),
        ),
        danger=True,
    )


def _joins(roles: Options, reasons: Options, today: str) -> tuple[Field, ...]:
    return (
        Field("role", _("In the household"), Kind.RADIO, options=roles),
        Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
        Field("happened_on", _("Since"), Kind.DATE, value=today),
    )
