from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from basis.errors import Conflict, NotFound
from checklists.catalogue import SHIPPED, Catalogue, InvalidProgramme, read_programme
from checklists.files.history import HISTORY
from checklists.files.problems import Problem
from checklists.programme import StageKind
from tests.checklists.building import programme, requirement_text, shipped, stage_text
from tools.publish_shipped import publish

ID = "kosovo-germany-construction"
SOURCE = (SHIPPED / "kosovo-germany-construction.yaml").read_text("utf-8")


def problems(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(InvalidProgramme) as caught:
        read_programme(text if isinstance(text, bytes) else text.encode(), "trial.yaml")
    return caught.value.problems


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def test_the_shipped_programme_is_pinned_by_the_digest_of_its_bytes() -> None:
    found = Catalogue.load().get(ID, "2027.1")
    assert found.digest == hashlib.sha256(SOURCE.encode()).hexdigest()
    assert Catalogue.load().pinned(found.id, found.version, found.digest) == found


def test_the_shipped_programme_says_what_it_asks() -> None:
    found = shipped()
    assert [stage.kind for stage in found.stages] == [
        StageKind.DOCUMENTS,
        StageKind.SECURITY,
        StageKind.QUALIFICATIONS,
        StageKind.TRAINING,
        StageKind.MEDICAL,
        StageKind.ORIENTATION,
        StageKind.LOAN,
        StageKind.GENERAL,
        StageKind.DEPARTURE,
        StageKind.COMPLETION,
    ]
    assert found.language is not None and (found.language.code, found.language.level) == ("de", "A2")
    assert len(found.curriculum) == 12 and found.minutes_of_curriculum() == 840
    assert found.loan is not None and str(found.loan.cap) == "EUR 2,500.00"


def test_every_rule_of_the_shipped_programme_names_its_source() -> None:
    for _stage, requirement in shipped().requirements():
        assert requirement.legal_basis.citation or requirement.legal_basis.link, requirement.id


@pytest.mark.parametrize(
    ("old", "new", "message", "meant"),
    [
        ("provided_by: worker", "provided_bye: worker", "There is no key “provided_bye”.", "provided_by"),
        ("verified_by: caseworker", "verified_by: case_worker", "This must be one of: ", "caseworker"),
        ("kind: security", "kind: securty", "This must be one of: ", "security"),
        ("after: [security]", "after: [securty]", "The programme has no stage securty.", "security"),
        ("tracks: [away]", "tracks: [awai]", "The programme has no track awai.", "away"),
        ("max_age: P1Y", "max_age: one year", "This is not a duration; write for example P6M, P2Y or P90D.", ""),
        ("when: loan_asked", "when: loan_askd", "The condition cannot be used: there is no field", "loan_asked"),
        ("minimum_age: 18", "minimum_age: eighteen", "This must be a whole number.", ""),
        ("gap('language_result') or", "gap('languages') or", "The programme has no evidence", "language_result"),
        ("level: {at_least: A2}", "level: {at_least: A9}", "This must be", ""),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line_and_what_was_meant(old: str, new: str, message: str, meant: str) -> None:
    text = SOURCE.replace(old, new, 1)
    found = [one for one in problems(text) if one.line == line_of(text, new)]
    assert any(str(one.message).startswith(message.rstrip()) for one in found), problems(text)
    if meant:
        assert meant in {one.meant for one in found}


def test_an_address_in_braces_needs_no_quotes() -> None:
    source = "sources:\n  - {title: T, link: https://example.org/a:b, as_of: 2026-11-01, confirmed: true}"
    found = read_programme(SOURCE.replace("sources:", source, 1).encode(), "trial.yaml")
    assert found.sources[0].link == "https://example.org/a:b"
    assert found.stages == shipped().stages


def test_a_character_that_json_writes_in_two_halves_is_one() -> None:
    found = read_programme(SOURCE.replace("title: Kosovo to", 'title: "\\ud83d\\ude00" #').encode(), "trial.yaml")
    assert found.title == "\N{GRINNING FACE}"


def test_a_missing_key_is_told_at_the_line_of_what_lacks_it() -> None:
    text = SOURCE.replace("        evidence: photo\n", "", 1)
    found = problems(text)
    assert [(one.line, str(one.message)) for one in found] == [
        (line_of(text, "- id: photo"), "The key “evidence” is missing.")
    ]


def test_several_faults_are_all_reported() -> None:
    text = (
        SOURCE.replace("minimum_age: 18", "minimum_age: x").replace("origin: XK", "origin: Kosovo").replace("P2Y", "2")
    )
    assert len(problems(text)) >= 4


def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    (found,) = problems(SOURCE.replace("origin: XK", "origin: XK\norigin: AL"))
    assert str(found.message) == f"The key “origin” is there twice; first in line {line_of(SOURCE, 'origin: XK')}."
    assert found.line == line_of(SOURCE, "origin: XK") + 1


def test_a_first_day_for_which_nothing_could_be_planned_is_refused() -> None:
    late = re.sub(r"(?m)^published_on: .*$", "published_on: 9999-12-31", SOURCE)
    assert [one.where for one in problems(late)] == ["published_on"]


def test_a_cycle_is_refused_and_names_the_stages_on_it_only() -> None:
    with pytest.raises(InvalidProgramme) as caught:
        programme(
            stage_text("one", requirement_text("", "a"), rules="sign_off: caseworker\n    after: [two]"),
            stage_text("two", requirement_text("", "b"), rules="sign_off: caseworker\n    after: [one]"),
            stage_text("end", requirement_text("", "c"), rules="sign_off: caseworker\n    after: [two]"),
        )
    assert [str(one.message) for one in caught.value.problems] == [
        "The stage one stands on itself, through its “after”.",
        "The stage two stands on itself, through its “after”.",
    ]


def test_two_requirements_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidProgramme, match="requirement paper is there twice"):
        programme(stage_text("one", requirement_text()), stage_text("two", requirement_text()))


def test_evidence_that_lapses_before_its_own_lead_time_is_refused() -> None:
    with pytest.raises(InvalidProgramme, match="30 days before departure, but lapses sooner"):
        programme(stage_text("one", requirement_text("validity: {anchor: issued_on, max_age: P3W}, lead_days: 30")))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("each: module", "needs the programme's “curriculum”"),
        ("validity: {max_age: P6M}", "has a max_age but no anchor"),
        ("validity: {must_hold_until: departure}", "says nothing"),
        ("validity: {last_day: expires_on, margin: P6M}", "needs must_hold_until: departure"),
        ("accept: {level: []}", "needs a list of values or at_least"),
        ("each: residence, subject: XK", "leave “subject” out"),
        ("independent: yes", "must be true or false"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(rules: str, message: str) -> None:
    with pytest.raises(InvalidProgramme, match=message):
        programme(stage_text("one", requirement_text(rules)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"id: [", "This is not YAML"),
        (b"\xff\xfe\x00", "The file is not UTF-8 text."),
        (b"- a\n- b\n", "A programme file begins with"),
        (b"id: &a x\ntitle: *a\n", "Anchors and aliases are not used"),
        (b"id: !!python/object/apply:os.system [ls]\n", "Tags (“!”) are not used"),
        (b"id: !!str 7\n", "Tags (“!”) are not used"),
        (b"id: " + b"9" * 5000 + b"\n", "only whole numbers are allowed"),
        (b'id: "\\ud83d"\n', "There is half a character here."),
        (b"origin: []\n", "write “any” where every country is meant"),
        (b"id: 010\n", "only whole numbers are allowed"),
        (b"id: 1.5\n", "only whole numbers are allowed"),
        (b"? [a, b]\n: c\n", "A key must be a plain word."),
        (b"digest: abc\n", "The key “digest” is set by the engine"),
        (b"[" * 250_000, "nested deeper than a programme can be"),
        (b"- " * 140_000, "nested deeper than a programme can be"),
        (b"a: x\x00y\n", "This is not YAML: there is a character here that no text has."),
        ("id: a\u2028b: c\n".encode(), "There is a line separator here that is not the usual one"),
        (b"# nothing\n", "The file is empty."),
        (b"a" * 1_000_001, "larger than a programme can be"),
        (b"id: a\n---\nid: b\n", "A file holds one programme; a second one begins here."),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_what_is_no_programme_is_refused_with_a_sentence(content: bytes, message: str) -> None:
    assert str(problems(content)[0].message).startswith(message) or message in str(problems(content)[0].message)


def write(folder: Path, name: str, version: str, more: str = "") -> None:
    text = SOURCE.replace('version: "2027.1"', f'version: "{version}"{more}')
    (folder / name).write_text(text, "utf-8")


def test_the_newest_version_is_given_where_none_is_named(tmp_path: Path) -> None:
    for number, version in enumerate(("2027.10", "2026.3", "2027.9")):
        write(tmp_path, f"{number}.yaml", version)
    publish(tmp_path)
    catalogue = Catalogue.load(tmp_path)
    assert catalogue.versions(ID) == ["2026.3", "2027.9", "2027.10"]
    assert catalogue.get(ID).version == "2027.10"


def test_new_cases_take_the_newest_version_in_force_on_the_day(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.1")
    write(tmp_path, "b.yaml", "2027.2", '\neffective_from: 2027-02-01\nreplaces: "2027.1"')
    publish(tmp_path)
    catalogue = Catalogue.load(tmp_path)
    given = {day: catalogue.get(ID, on=date.fromisoformat(day)).version for day in ("2027-01-31", "2027-02-01")}
    assert given == {"2027-01-31": "2027.1", "2027-02-01": "2027.2"}
    assert catalogue.get(ID, "2027.2", on=date(2026, 1, 1)).version == "2027.2"
    with pytest.raises(NotFound, match="Its first version begins on 2026-11-01"):
        catalogue.get(ID, on=date(2026, 10, 31))


def test_an_unknown_programme_or_version_names_what_there_is() -> None:
    catalogue = Catalogue.load()
    with pytest.raises(NotFound, match=f"There is no programme mars. Choose one of: .*{ID}"):
        catalogue.get("mars")
    with pytest.raises(NotFound, match="has no version 1999.1. Choose one of: 2027.1."):
        catalogue.get(ID, "1999.1")


def test_a_file_changed_after_it_was_published_is_refused_to_its_cases() -> None:
    with pytest.raises(Conflict, match="was changed after it was published"):
        Catalogue.load().pinned(ID, "2027.1", "0" * 64)


def test_a_draft_is_not_among_the_programmes(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.1")
    (tmp_path / "b.yaml").write_text("id: 7\n", "utf-8")
    catalogue = Catalogue.load(tmp_path)
    assert (catalogue.programmes, [one.id for one in catalogue.drafts]) == ((), [ID])
    assert {one.file for one in catalogue.faults} == {"b.yaml"}
    with pytest.raises(NotFound, match="is a draft; it is not published yet"):
        catalogue.get(ID)


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(InvalidProgramme) as caught:
        Catalogue.load(folder)
    return [str(one) for one in caught.value.problems]


def test_a_published_file_that_changed_names_the_line_of_the_history_to_follow(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.1")
    publish(tmp_path)
    digest = Catalogue.load(tmp_path).get(ID).digest
    (tmp_path / "a.yaml").write_text(SOURCE + "\n", "utf-8")
    (fault,) = faults_of(tmp_path)
    assert fault.startswith(f"HISTORY:1: {ID} 2027.1 is published, but its file was changed after that")
    assert digest in fault


def test_a_published_file_that_is_gone_or_broken_is_missed(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.1")
    publish(tmp_path)
    (tmp_path / "a.yaml").write_text(SOURCE + "more", "utf-8")
    assert [one.partition(":")[0] for one in faults_of(tmp_path)] == ["HISTORY", "a.yaml"]
    (tmp_path / "a.yaml").unlink()
    (fault,) = faults_of(tmp_path)
    assert "no file with the SHA-256" in fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda line: line + line, "HISTORY:2: .* is there twice; first in line 1"),
        (lambda line: line.replace("2027.1 ", "2027.7 "), "HISTORY:1: The file with this SHA-256 is .* 2027.1"),
        (lambda line: line.replace("2026-11-01", "2026-11-02"), "HISTORY:1: The file says published_on: 2026-11-01"),
        (lambda line: line + "what\n", "HISTORY:2: A line is the id, version"),
        (lambda line: line.replace("2026-11-01", "2026-11-31"), "HISTORY:1: A line is the id, version"),
    ],
)
def test_a_history_that_says_something_else_is_refused(
    tmp_path: Path, change: Callable[[str], str], fault: str
) -> None:
    write(tmp_path, "a.yaml", "2027.1")
    publish(tmp_path)
    history = tmp_path / HISTORY
    history.write_text(change(history.read_text("utf-8")), "utf-8")
    assert re.match(fault, faults_of(tmp_path)[0])


def test_what_replaces_a_version_that_is_not_published_is_not_published(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.2", '\nreplaces: "2027.1"')
    with pytest.raises(InvalidProgramme, match=r"replaces: It replaces 2027.1, which is not published"):
        publish(tmp_path)
    assert (tmp_path / HISTORY).read_text("utf-8") == ""


def test_what_was_published_elsewhere_joins_the_catalogue_unless_it_differs(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.3")
    later = read_programme((tmp_path / "a.yaml").read_bytes(), "a.yaml")
    catalogue = Catalogue.load().with_more([later, shipped()])
    assert catalogue.get(ID) == later
    with pytest.raises(Conflict, match="2027.1 is there already, with other content"):
        catalogue.with_more([read_programme(SOURCE.encode() + b"\n", "other.yaml")])


def test_one_version_in_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "2027.1")
    write(tmp_path, "b.yaml", "2027.1", " # the same")
    assert faults_of(tmp_path) == ["b.yaml:1: version: The same programme and version stand in a.yaml."]


def test_the_faults_of_all_published_files_are_reported_together(tmp_path: Path) -> None:
    for name, content in {"a.yaml": b"id: 7\n", "b.yaml": b""}.items():
        (tmp_path / name).write_bytes(content)
        line = f"{name[0]} 2027.1 {hashlib.sha256(content).hexdigest()} 2026-11-01\n"
        with (tmp_path / HISTORY).open("a", encoding="utf-8") as history:
            history.write(line)
    assert {one.split(":")[0] for one in faults_of(tmp_path)} >= {"a.yaml", "b.yaml"}
