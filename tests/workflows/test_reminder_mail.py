"""The mail about bookings is written in every language that is offered, whole."""

from __future__ import annotations

import pytest

from workflows import reminder_mail


@pytest.mark.parametrize("tag", sorted(path.stem for path in reminder_mail.FOLDER.glob("*.po")))
def test_every_language_of_the_mail_is_complete_and_keeps_its_places(tag: str) -> None:
    language = reminder_mail.language_in(tag)
    assert language is not None
    for sentence in reminder_mail.SENTENCES:
        translated = language.catalogue.gettext(sentence.text)
        places = {word: word for word in ("office", "day", "starts", "ends", "place") if f"{{{word}}}" in sentence.text}
        assert all(f"{{{word}}}" in translated for word in places)
        translated.format(**places)


def test_who_was_shown_no_notice_is_written_to_in_the_language_of_the_country() -> None:
    assert reminder_mail.language_for("", "BD").tag == "bn"
    assert reminder_mail.language_for("de", "XK").tag == "de"
    assert reminder_mail.language_for("xx", "JP").tag == "en"
