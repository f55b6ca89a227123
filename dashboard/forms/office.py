"""Forms of the front door and of administration: sign-in, batches, verification, accounts, organisations, lists."""

from __future__ import annotations

from basis.messages import _
from dashboard import addresses
from dashboard.forms.case import Options, notice
from dashboard.parts import Field, Form, Kind, Option, Text

ORGANISATION_KINDS = (
    Option("office", _("office")),
    Option("agency", _("agency")),
    Option("clinic", _("clinic")),
    Option("provider", _("provider")),
    Option("employer", _("employer")),
)
_LONGEST_PASSWORD = 1000


def sign_in(after: str = "") -> Form:
    """`after` is the own address to go on to; whoever reads it back must check that it begins with one slash."""
    return Form(
        "sign-in",
        addresses.SIGN_IN,
        _("Sign in"),
        (
            Field("login", _("E-mail address"), autocomplete="username"),
            Field(
                "password",
                _("Password"),
                Kind.PASSWORD,
                autocomplete="current-password",
                longest=_LONGEST_PASSWORD,
            ),
        ),
        (("after", after),) if after else (),
    )


def batch(programmes: Options, agencies: Options) -> Form:
    """Hand in a file. `agencies` is empty for agency users: the batch is then their own agency's."""
    agency = Field("agency", _("Agency"), Kind.CHOICE, options=agencies)
    return Form(
        "batch",
        addresses.NEW_BATCH,
        _("Check the file"),
        (
            Field("programme", _("Programme"), Kind.CHOICE, options=programmes),
            *((agency,) if agencies else ()),
            Field(
                "file",
                _("File"),
                Kind.FILE,
                hint=_("CSV or XLSX, at most 20 MB."),
                accept=".csv,.xlsx,text/csv",
            ),
            *notice(_("Version of the privacy notice that the workers were shown")),
        ),
    )


def submit_batch(upload: str, label: Text) -> Form:
    """`label` names the act with its numbers: "Submit 412 workers; 9 rows are left out"."""
    return Form("submit", addresses.SUBMIT_BATCH, label, hidden=(("upload", upload),))


def checked_findings(upload: str) -> Form:
    """All findings of a file that is not submitted yet. A form, so that the file's name stands in no address."""
    label = _("Download all findings (CSV)")
    return Form("findings", addresses.CHECKED_FINDINGS, label, hidden=(("upload", upload),), quiet=True)


def verify_file() -> Form:
    return Form(
        "verify",
        addresses.VERIFY,
        _("Check the file"),
        (Field("file", _("PDF file"), Kind.FILE, accept=".pdf,application/pdf"),),
    )


def verify_number() -> Form:
    return Form(
        "verify-number",
        addresses.VERIFY_NUMBER,
        _("Check the number"),
        (
            Field("number", _("Number"), hint=_("For example MED-2027-000418"), autocomplete="off", short=True),
            Field("code", _("Short code"), hint=_("For example K7Q2-9F4M"), autocomplete="off", short=True),
        ),
    )


def new_user(roles: Options, organisations: Options) -> Form:
    return Form(
        "user",
        addresses.NEW_USER,
        _("Add the user"),
        (
            Field("name", _("Name"), autocomplete="off"),
            Field("title", _("Title"), hint=_("It is printed under the name on certificates."), required=False),
            Field(
                "email",
                _("E-mail"),
                Kind.EMAIL,
                hint=_("The person signs in with it."),
                autocomplete="off",
                longest=254,
            ),
            Field("role", _("Role"), Kind.CHOICE, options=roles),
            Field("organisation", _("Organisation"), Kind.CHOICE, options=organisations),
            _new_password(),
        ),
    )


def password(user_id: object) -> Form:
    return Form("password", addresses.user(user_id, "password"), _("Set the password"), (_new_password(),))


def _new_password() -> Field:
    return Field(
        "password",
        _("First password"),
        Kind.PASSWORD,
        hint=_("At least 12 characters. Hand it over in person; it is not shown again."),
        autocomplete="new-password",
        longest=_LONGEST_PASSWORD,
    )


def switch_user(user_id: object, name: Text, *, enable: bool) -> Form:
    act = "enable" if enable else "disable"
    label = _("Enable") if enable else _("Disable")
    return Form(f"{act}-{user_id}", addresses.user(user_id, act), label, quiet=True, about=name)


def new_organisation(countries: Options, parents: Options) -> Form:
    """`parents` are offices an agency, clinic or provider works with."""
    return Form(
        "organisation",
        addresses.NEW_ORGANISATION,
        _("Add the organisation"),
        (
            Field("kind", _("Kind"), Kind.RADIO, options=ORGANISATION_KINDS),
            Field("name", _("Name")),
            Field(
                "code",
                _("Code"),
                hint=_("Short, in capitals; it stands in case references."),
                short=True,
                longest=20,
            ),
            Field("country", _("Country"), Kind.CHOICE, options=countries),
            Field(
                "office",
                _("Office it works with"),
                Kind.CHOICE,
                hint=_("Every agency, clinic and provider works with an office."),
                options=parents,
                required=False,
            ),
            Field(
                "time_zone",
                _("Time zone"),
                hint=_("For an office: its days begin and end by this clock. Write it like Europe/Berlin."),
                required=False,
                short=True,
                longest=60,
            ),
        ),
    )


def licence(organisation_id: object, programmes: Options = ()) -> Form:
    """`programmes`: for which the licence may be; none where that is not asked."""
    only = Field("programme", _("For one programme only"), Kind.CHOICE, options=programmes, required=False)
    return Form(
        "licence",
        addresses.organisation(organisation_id, "licences"),
        _("Add the licence"),
        (
            Field("number", _("Number"), short=True, longest=60),
            Field("authority", _("Given by")),
            Field("valid_from", _("Valid from"), Kind.DATE),
            Field("valid_until", _("Valid until"), Kind.DATE),
            *((only,) if programmes else ()),
        ),
        legend=_("Add a licence"),
    )
