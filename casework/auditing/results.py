"""What the verdicts of a sample say of the documents it was drawn from. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.auditing import estimates
from casework.auditing.drawing import Method
from casework.auditing.estimates import Interval
from casework.auditing.rules import Said, Verdict


@dataclass(frozen=True, slots=True)
class Read:
    """A drawn document: its stratum, and the verdict that counts (None until it is read to the end)."""

    stratum: str
    said: Said | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Documents of a population or stratum, how many were drawn, and the verdicts on those read to the end.

    `limits` are None until all are read, and where the sample does not describe the population.
    """

    population: int
    drawn: int
    agree: int
    exceptions: int
    not_examinable: int
    limits: Interval | None = None

    @property
    def done(self) -> int:
        return self.agree + self.exceptions + self.not_examinable

    @property
    def counted(self) -> int:
        """What counts as an exception: what could not be examined does too (ISA 530, paragraph 11)."""
        return self.exceptions + self.not_examinable

    @property
    def rate(self) -> float:
        """The part of the read documents that counts as an exception; 0 while none is read."""
        return self.counted / self.done if self.done else 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """The whole, with exact limits, and each stratum.

    `weighted` is the rate of a stratified population, each stratum by its size; `binomial` are Clopper-Pearson's limits
    beside those of the finite population.
    """

    whole: Tally
    strata: Mapping[str, Tally]
    codes: Mapping[str, int]
    weighted: float | None
    binomial: Interval | None


def results(read: Sequence[Read], sizes: Mapping[str, int], method: Method, confidence: float) -> Results:
    """Count and estimate. `sizes` are the documents of each stratum ("" for all where there are none).

    A sample weighted by risk looks where exceptions are likely: it has a rate of its own and no limits.
    """
    whole = _tally(read, sum(sizes.values()))
    complete = whole.done == whole.drawn
    binomial = weighted = None
    strata = {name: _tally([one for one in read if one.stratum == name], size) for name, size in sizes.items()}
    if complete and method is not Method.RISK:
        binomial = estimates.clopper_pearson(whole.counted, whole.drawn, confidence)
        strata = {name: _limited(tally, confidence) for name, tally in strata.items()}
    if complete and method is Method.RANDOM:
        whole = _limited(whole, confidence)
    if complete and method is Method.STRATIFIED:
        weighted = estimates.weighted_rate([(one.population, one.drawn, one.counted) for one in strata.values()])
    codes = Counter(one.said.code for one in read if one.said and one.said.code)
    shown = dict(sorted(strata.items())) if method is Method.STRATIFIED else {}
    return Results(whole, shown, dict(sorted(codes.items())), weighted, binomial)


def _tally(read: Sequence[Read], population: int) -> Tally:
    found = Counter(one.said.verdict for one in read if one.said)
    return Tally(population, len(read), found[Verdict.AGREE], found[Verdict.EXCEPTION], found[Verdict.NOT_EXAMINABLE])


def _limited(tally: Tally, confidence: float) -> Tally:
    limits = estimates.finite(tally.counted, tally.drawn, tally.population, confidence)
    return Tally(tally.population, tally.drawn, tally.agree, tally.exceptions, tally.not_examinable, limits)
