"""The rules of the house that no ready-made linter knows. ``python -m tools.house_lint [ROOT]``

Prints one sentence a finding (``file:line: sentence [rule]``); exit status 0 clean, 1 findings. To add a rule:
write a function that takes a `Source` and yields `(line, sentence)`, decorate it with `@rule`, and plant a
violation in ``tests/tools/test_house_lint.py``.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

FLOORS = ("basis", "checklists", "casework", "documents", "workflows", "dashboard", "cli")
MOST_FILE_LINES = 450
MOST_FUNCTION_LINES = 60

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Source:
    """One file: its path as git writes it, its text, and for Python its tree."""

    root: Path
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every imported name in full: ``from a.b import c`` is ``a.b.c``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@dataclass(frozen=True)
class Rule:
    name: str
    where: Callable[[str], bool]
    look: Callable[[Source], Found]


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence} [{self.rule}]"


RULES: list[Rule] = []


def rule(name: str, where: Callable[[str], bool]) -> Callable[[Callable[[Source], Found]], Callable[[Source], Found]]:
    """Enter a rule: `where` says for which paths it holds."""

    def enter(look: Callable[[Source], Found]) -> Callable[[Source], Found]:
        RULES.append(Rule(name, where, look))
        return look

    return enter


# --- where a rule holds ----------------------------------------------------------------------------------------


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def is_python(path: str) -> bool:
    return path.endswith(".py")


def is_floor_code(path: str) -> bool:
    return is_python(path) and path.split("/", 1)[0] in FLOORS


def is_pure(path: str) -> bool:
    return is_python(path) and _matches(path, ("basis/*", "checklists/*", "casework/*/rules.py", "documents/values.py"))


def outside_the_edge(path: str) -> bool:
    return is_floor_code(path) and path != "casework/database.py"


def is_measured(path: str) -> bool:
    """Migrations are as long as the change they make, samples for tests as long as the list of what is shown."""
    return is_python(path) and not _matches(path, ("casework/migrations/versions/*", "tests/*/samples.py"))


def may_not_print(path: str) -> bool:
    return is_floor_code(path) and not path.startswith("cli/")


def has_styles(path: str) -> bool:
    return path.endswith((".css", ".html", ".svg", ".jinja"))


def is_anything(path: str) -> bool:
    return True


# --- the rules -------------------------------------------------------------------------------------------------


@rule("commit", outside_the_edge)
def no_commit_inside(source: Source) -> Found:
    """One request, one task, one command is one transaction, committed at the edge."""
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield (
                call.lineno,
                "A transaction is committed here. Only casework/database.py commits, once, at the edge; take it out.",
            )
        for argument in call.args:
            if isinstance(argument, ast.Constant) and str(argument.value).strip(" ;").upper() == "COMMIT":
                yield call.lineno, "COMMIT is sent as SQL here. Only casework/database.py commits; take it out."


_CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter"},
}
_FROM_CLOCKS = {f"time.{name}" for name in _CLOCKS["time"]}


@rule("pure-clock", is_pure)
def no_clock_in_pure_modules(source: Source) -> Found:
    """The day comes in as an argument, so that every date rule can be tested on its day."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if node.attr in _CLOCKS.get(name, ()):
                yield (
                    node.lineno,
                    f"A pure module asks the clock ({name}.{node.attr}). Take the day as an argument instead.",
                )
    for line, name in source.imports():
        if name in _FROM_CLOCKS:
            yield line, f"A pure module imports a clock ({name}). Take the day as an argument instead."


_IMPURE = ("sqlmodel", "sqlalchemy", "prefect", "pydantic_settings", "casework.database", "casework.settings")


@rule("pure-import", is_pure)
def no_session_in_pure_modules(source: Source) -> Found:
    """Pure modules get values; whoever has a session reads them first."""
    for line, name in source.imports():
        if any(name == impure or name.startswith(f"{impure}.") for impure in _IMPURE):
            yield line, f"A pure module imports {name}. Read what the rule needs outside and pass it in as a value."


_SIDES = re.compile(
    r"""(?<![-\w:@.#$])(?:
        (?P<property>(?:[a-z]+-)*(?:left|right)(?:-[a-z]+)*)\s*:       # margin-left: border-top-left-radius: left:
      | (?P<holder>float|clear|text-align|caption-side)\s*:\s*(?:left|right)\b
    )""",
    re.VERBOSE,
)
_STYLE_PARTS = re.compile(r"<style[^>]*>(.*?)</style>|\bstyle\s*=\s*\"([^\"]*)\"|\bstyle\s*=\s*'([^']*)'", re.DOTALL)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


@rule("logical-css", has_styles)
def no_left_and_right_in_styles(source: Source) -> Found:
    """Pages and certificates are also set in Arabic: start and end, never left and right."""
    if source.path.endswith(".css"):
        parts = [(0, source.text)]
    else:
        parts = [
            (m.start(m.lastindex), m.group(m.lastindex)) for m in _STYLE_PARTS.finditer(source.text) if m.lastindex
        ]
    for start, text in parts:
        for match in _SIDES.finditer(_CSS_COMMENT.sub(_blank, text)):
            line = source.text.count("\n", 0, start + match.start()) + 1
            yield (
                line,
                f"The style `{match.group().strip()}` names a side. Write the logical one (inline-start, inline-end).",
            )


@rule("print", may_not_print)
def no_print_inside(source: Source) -> Found:
    """What people read comes from a face (cli, dashboard); what operators read goes to the log."""
    for call in source.calls():
        if isinstance(call.func, ast.Name) and call.func.id == "print":
            yield (
                call.lineno,
                "print() outside the command line. Return a value, or log an event without personal data.",
            )


@rule("file-length", is_measured)
def no_long_file(source: Source) -> Found:
    if len(source.lines) > MOST_FILE_LINES:
        yield (
            len(source.lines),
            f"The file has {len(source.lines)} lines; {MOST_FILE_LINES} are allowed. Split it by what it knows.",
        )


@rule("function-length", is_measured)
def no_long_function(source: Source) -> Found:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                yield (
                    node.lineno,
                    f"{node.name}() has {length} lines; {MOST_FUNCTION_LINES} are allowed. Name its parts.",
                )


# Written in halves so that this file may name what it forbids.
_UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
_INDEX_HOSTS = re.compile(
    r"(pypi\.or" r"g/simple|pythonhosted\.or" r"g|^\s*(?:--index-url|--extra-index-url|--find-links|--trusted-host)\b)"
)
_MACHINE_PATHS = re.compile(r"(?<![\w.:/])/(?:home/[a-z_][\w.-]*|root|Users/\w+)/[\w.]")


@rule("unfinished", is_anything)
def no_unfinished_marks(source: Source) -> Found:
    for number, line in enumerate(source.lines, 1):
        if match := _UNFINISHED.search(line):
            yield number, f"{match.group()} is left here. Finish it, or open an issue and take the mark out."


@rule("machine-path", is_anything)
def no_paths_of_one_machine(source: Source) -> Found:
    """The repository works wherever it is cloned."""
    own = [str(source.root), str(source.root.parent / "shared")] if len(source.root.parts) > 2 else []
    for number, line in enumerate(source.lines, 1):
        match = _MACHINE_PATHS.search(line)
        here = match.group() if match else next((path for path in own if path in line), None)
        if here:
            yield (
                number,
                f"A path of one machine stands here ({here}). Make it relative to the repository or a setting.",
            )


@rule("index-host", is_anything)
def no_package_index(source: Source) -> Found:
    """Packages come from whatever index the user's pip is set to; hashes say whether they are the right ones."""
    for number, line in enumerate(source.lines, 1):
        if match := _INDEX_HOSTS.search(line):
            yield (
                number,
                f"A package index is named here ({match.group().strip()}). Leave the choice to the user's pip.",
            )


# --- running ---------------------------------------------------------------------------------------------------


def check_file(root: Path, path: str) -> list[Finding]:
    """All findings of one file, by line. A file that is not UTF-8 text has none; broken Python is a finding."""
    try:
        source = Source(root, path, (root / path).read_text(encoding="utf-8"))
        if is_python(path):
            source.tree  # noqa: B018 -- parsed here once, so that a syntax error is told once
    except UnicodeDecodeError:
        return []
    except SyntaxError as error:
        return [Finding(path, error.lineno or 1, "syntax", "This is no valid Python.")]
    return sorted(
        Finding(path, line, each.name, sentence)
        for each in RULES
        if each.where(path)
        for line, sentence in each.look(source)
    )


def tracked_files(root: Path) -> list[str]:
    """What git tracks or would track, apart from what was deleted."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    return sorted({path for path in listing.stdout.split("\0") if path and (root / path).is_file()})


def main(arguments: Sequence[str]) -> int:
    root = Path(arguments[0] if arguments else ".").resolve()
    paths = tracked_files(root)
    findings = [finding for path in paths for finding in check_file(root, path)]
    for finding in findings:
        print(finding)
    print(f"{len(paths)} files, {len(RULES)} rules, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
