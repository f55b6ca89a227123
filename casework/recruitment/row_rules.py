"""Whether a row of a batch, or a case opened by hand, fits the job order that it names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from basis.messages import Message, _, _n
from casework.cases.intake import Obstacle
from casework.recruitment.rules import STATE_WORDS, OrderState

NO_HEADROOM: Final = "no_headroom"


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """What rows are held against. `employer` is the employer's name, `employer_code` its code; `accredited`: whether
    the agency may recruit for it today, or need not."""

    id: UUID
    number: str
    employer: str
    employer_code: str
    occupation: str
    destination: str
    state: OrderState
    valid_from: date
    valid_until: date
    remaining: int
    accredited: bool


@dataclass(frozen=True, slots=True)
class Job:
    """What a row or a form says of the job; employer and destination may be left empty."""

    job_order: str
    employer: str
    occupation: str
    destination: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a programme asks of an agency's rows, with the agency's own job orders (by number) and the employers that it
    is accredited for (names and codes)."""

    orders: Mapping[str, OpenOrder]
    principals: frozenset[str]
    job_orders: bool
    accreditation: bool
    on: date

    def obstacles(self, job: Job) -> Iterator[Obstacle]:
        """Why the job cannot be taken so: at most one reason, the first that somebody has to mend."""
        if self.job_orders:
            yield from self._order_obstacles(job)
        elif self.accreditation and key(job.employer) not in self.principals:
            yield _unaccredited()

    def order(self, job: Job) -> OpenOrder | None:
        """The job order that is named, where job orders are asked for."""
        return self.orders.get(key(job.job_order)) if self.job_orders else None

    def too_many(self, jobs: Iterable[Job]) -> Iterator[tuple[OpenOrder, int]]:
        """The job orders that are named more often than they have places, with how often."""
        wanted = Counter(order.number for job in jobs if (order := self.order(job)) is not None)
        for order in self.orders.values():
            if wanted[order.number] > order.remaining:
                yield order, wanted[order.number]

    def _order_obstacles(self, job: Job) -> Iterator[Obstacle]:
        order = self.order(job)
        if not job.job_order.strip():
            yield Obstacle(
                "no_job_order",
                "job_order",
                _("No job order is named; this programme asks for one."),
                _("Write the number of the approved job order."),
            )
        elif order is None:
            yield Obstacle(
                "unknown_job_order",
                "job_order",
                _("The agency has no job order with this number in this programme."),
                _("Copy the number from the list of job orders, or ask for a job order."),
            )
        else:
            yield from _misfits(order, job, self.on)


def _misfits(order: OpenOrder, job: Job, on: date) -> Iterator[Obstacle]:
    if order.state is not OrderState.APPROVED:
        words = _("The job order {number} is {state}.", number=order.number, state=STATE_WORDS[order.state])
        yield Obstacle("job_order_state", "job_order", words, _("Name a job order that is approved."))
    elif not order.valid_from <= on <= order.valid_until:
        words = _("The job order {number} does not cover today.", number=order.number)
        yield Obstacle("job_order_days", "job_order", words, _("Ask for a change of its days, or name another one."))
    elif job.employer.strip() and key(job.employer) not in (key(order.employer), key(order.employer_code)):
        words = _("The job order {number} is another employer's.", number=order.number)
        yield Obstacle("other_employer", "employer", words, _("Write the employer as the job order names it."))
    elif job.occupation != order.occupation:
        words = _("The job order {number} is for the occupation {code}.", number=order.number, code=order.occupation)
        yield Obstacle("other_occupation", "occupation", words, _("Name a job order for this occupation."))
    elif job.destination and job.destination != order.destination:
        yield other_destination(order.number, order.destination)
    elif not order.accredited:
        yield _unaccredited()
    elif not order.remaining:
        words = _("The job order {number} has no place left.", number=order.number)
        yield Obstacle(NO_HEADROOM, "job_order", words, _("Ask for more places, or name another job order."))


def other_destination(number: str, country: str) -> Obstacle:
    """The job order leads to another country than the row or case."""
    words = _("The job order {number} leads to {country}.", number=number, country=country)
    return Obstacle("other_destination", "destination", words, _("Correct the country, or name another job order."))


def key(text: str) -> str:
    """A number or name as it is compared: case and spaces do not count."""
    return " ".join(text.split()).casefold()


def more_than_left(order: OpenOrder, wanted: int) -> tuple[Message, Message]:
    """What is wrong with a file that names a job order more often than it has places, and what to do."""
    left = _n("{count} place is left", "{count} places are left", order.remaining)
    words = _(
        "{wanted} rows name the job order {number}, in which {left}.", wanted=wanted, number=order.number, left=left
    )
    return words, _("Take rows out of the file, or ask for more places, and hand the file in again.")


def _unaccredited() -> Obstacle:
    words = _("The agency is not accredited for this employer today.")
    return Obstacle("not_accredited", "employer", words, _("Ask the office to record the accreditation."))
