from __future__ import annotations

from documents.template_history import known_template, template_digest


def test_the_look_of_today_and_those_of_published_versions_are_known() -> None:
    assert known_template(template_digest())
    assert known_template("419aeeb7b094aaa5e76e3573dab7d854536c351c77d99b46f7632097c122c24d")


def test_no_other_look_is_known() -> None:
    assert not known_template("0" * 64)
    assert not known_template("")
