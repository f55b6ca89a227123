"""Reading a form back by its own questions."""

from __future__ import annotations

from datetime import date

import pytest

from basis.errors import InvalidInput
from checklists.programme import ExaminationRule
from dashboard.forms import case, examinations, lists, matches, office, stages
from dashboard.parts import Form, Option
from dashboard.posting import Sent, Upload, Wrong, hidden, read

CLINICS = (Option("c1", "Clinic"),)
RIGHT: Sent = {
    "clinic": ("c1",),
    "physician": (" Dr. T. Shala ",),
    "physician_licence": ("4471",),
    "examined_on": ("2027-03-09",),
    "xray_on": ("",),
    "identity_checked": ("yes",),
    "outcome": ("fit",),
}
MEDICAL = examinations.submit("1", 7, CLINICS, ExaminationRule())


def _errors(form: Form, sent: Sent) -> dict[str, str]:
    with pytest.raises(Wrong) as raised:
        read(form, sent)
    return {field.name: str(field.error) for field in raised.value.form.wrong}


def test_a_form_filled_in_rightly_gives_typed_values() -> None:
    values = read(MEDICAL, RIGHT)
    assert values.day("examined_on") == date(2027, 3, 9)
    assert values.days["xray_on"] is None
    assert values.text("physician") == "Dr. T. Shala"
    assert values.flag("identity_checked")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("examined_on", "9.3.2027"),
        ("examined_on", "2027-02-30"),
        ("examined_on", ""),
        ("outcome", "excellent"),
        ("clinic", "another"),
        ("physician", "x" * 201),
        ("identity_checked", ""),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_what_was_typed_is_kept(name: str, value: str) -> None:
    sent = {**RIGHT, name: (value,)}
    assert set(_errors(MEDICAL, sent)) == {name}
    with pytest.raises(Wrong) as raised:
        read(MEDICAL, sent)
    kept = {field.name: field.value for field in raised.value.form.fields}
    assert kept["physician_licence"] == "4471"
    assert kept[name] == value


def test_control_and_direction_characters_do_not_come_in() -> None:
    assert read(MEDICAL, {**RIGHT, "physician": ("A\u202eB\x00C",)}).text("physician") == "ABC"


def test_a_password_is_taken_as_typed_and_not_shown_again() -> None:
    form = office.sign_in()
    assert read(form, {"login": ("a",), "password": (" p\u202e ",)}).text("password") == " p\u202e "
    with pytest.raises(Wrong) as raised:
        read(form, {"login": ("",), "password": ("secret",)})
    assert [field.value for field in raised.value.form.fields] == ["", ""]


def test_an_empty_file_and_a_missing_file_are_told_apart() -> None:
    form = office.verify_file()
    assert _errors(form, {"file": (Upload("a.pdf", b""),)}) == {"file": "the file is empty"}
    assert _errors(form, {"file": (Upload("", b""),)}) == {"file": "choose a file"}
    assert read(form, {"file": (Upload("a.pdf", b"%PDF"),)}).file("file").data == b"%PDF"


def test_several_modules_are_taken_at_once_and_unknown_ones_refused() -> None:
    form = stages.attendance("1", 7, (Option("a", "A"), Option("b", "B")))
    rest: Sent = {"attended_on": ("2027-03-01",), "trainer": ("T",)}
    values = read(form, {**rest, "modules": ("a", "b")})
    assert values.many["modules"] == ("a", "b")
    assert not values.flag("identity_checked")
    assert set(_errors(form, {**rest, "modules": ("c",)})) == {"modules"}
    assert set(_errors(form, rest)) == {"modules"}


def test_a_number_is_whole_and_in_digits() -> None:
    form = stages.training("1", 7, (Option("p", "P"),), (Option("technical", "T"),))
    assert {"hours_held", "hours_attended"} <= set(_errors(form, {"hours_held": ("-1",), "hours_attended": ("٣",)}))


def test_a_file_where_a_text_belongs_is_not_taken_for_one() -> None:
    assert "login" in _errors(office.sign_in(), {"login": (Upload("x", b"y"),), "password": ("p",)})


def test_a_hidden_value_must_be_there_once() -> None:
    assert hidden({"version": ("7",)}, "version") == "7"
    for sent in ({}, {"version": ("7", "8")}):
        with pytest.raises(InvalidInput):
            hidden(sent, "version")


def test_every_form_has_its_own_id_and_posts_to_an_own_address() -> None:
    forms = [
        case.add_evidence("1", 7, "police_certificate", "CH", "t", ()),
        case.add_evidence("1", 7, "police_certificate", "MK", "t", ()),
        case.accept_evidence("1", 7, "8", "t"),
        case.sign_off("1", 7, "security", "Security"),
        matches.propose("1", 0, refers=False),
    ]
    assert len({form.id for form in forms}) == len(forms)
    assert all(form.action.startswith("/") for form in forms)


def test_a_filter_nobody_knows_is_refused_and_not_ignored() -> None:
    form = lists.work((Option("p", "P"),), (), ())
    lists.check_known(form, {"show": "overdue", "page": "2", "programme": ""})
    for given in ({"shwo": "overdue"}, {"show": "everything"}):
        with pytest.raises(InvalidInput):
            lists.check_known(form, given)


def test_each_chip_leads_to_the_same_list_without_its_filter() -> None:
    form = lists.work((Option("p", "P"),), (), ())
    chips = lists.chips(form, {"show": "overdue", "programme": "p", "page": "3"})
    assert [(str(chip.text), chip.href) for chip in chips] == [
        ("overdue", "/work?programme=p"),
        ("P", "/work?show=overdue"),
    ]
