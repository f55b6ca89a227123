"""Whatever is written is read back the same, in every layout."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from basis.partial import PartialDate
from casework.evidence.mrz import Form, Holder, emit, names_agree, parse

ON = date(2026, 11, 15)
LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXYZÄÖÜËÇÑÅØÆŠŽĐabcdefghijklmnopqrstuvwxyzäöüëçñßłžšФЖЩиюя"
words = st.text(alphabet=LETTERS, min_size=1, max_size=18)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)
births = st.dates(date(1927, 1, 1), ON)
partial_births = st.one_of(
    births.map(PartialDate.of),
    births.map(lambda day: PartialDate(day.year, day.month)),
    st.integers(1927, 2026).map(PartialDate),
    st.none(),
)
expiries = st.one_of(st.dates(date(1976, 11, 15), date(2075, 12, 31)).map(PartialDate.of), st.none())
numbers = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=14)


@given(
    form=st.sampled_from(Form),
    family=names,
    first=names,
    number=numbers,
    birth=partial_births,
    expiry=expiries,
    sex=st.sampled_from(["M", "F", "X"]),
    optional=st.sampled_from(["", "A1", "12345"]),
)
def test_what_is_written_is_read_back(
    *,
    form: Form,
    family: str,
    first: str,
    number: str,
    birth: PartialDate | None,
    expiry: PartialDate | None,
    sex: str,
    optional: str,
) -> None:
    long = form in (Form.TD1, Form.TD2)
    number = number if long else number[:9]
    optional = "" if long and len(number) > 9 else optional
    code = "V" if form in (Form.MRV_A, Form.MRV_B) else "I" if long else "P"
    holder = Holder(code, "RKS", family, first, number, "D", birth, sex, expiry, optional)
    mrz = parse(emit(form, holder), on=ON)
    assert mrz.form is form
    assert mrz.digits_hold
    assert (mrz.document_code, mrz.issuer, mrz.nationality) == (code, "RKS", "D")
    assert (mrz.document_number, mrz.sex, mrz.optional_data) == (number, sex, optional)
    assert (mrz.birth_date, mrz.expires_on) == (birth, expiry)
    assert names_agree(mrz, family, first)


@given(st.lists(st.text(max_size=50), max_size=4))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    with suppress(InvalidInput):
        assert parse(lines, on=ON).form in Form


@given(st.lists(st.text(alphabet="A0<V", min_size=44, max_size=44), min_size=2, max_size=2))
def test_any_zone_of_the_right_shape_is_read(lines: list[str]) -> None:
    assert parse(lines, on=ON).lines == tuple(lines)
