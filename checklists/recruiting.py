"""What a programme asks of agencies that bring workers, beside their licence."""

from __future__ import annotations

from typing import Literal

from checklists.sources import LegalBasis, Model

Asked = Literal["required", "none"]


class RecruitmentRule(Model):
    """`job_orders` required: every worker whom an agency brings has a place in an approved job order. `principals`
    required: the agency is accredited for the employer. A live licence is asked of every agency in any programme."""

    job_orders: Asked = "none"
    principals: Asked = "none"
    legal_basis: LegalBasis

    @property
    def asks_job_orders(self) -> bool:
        return self.job_orders == "required"

    @property
    def asks_principals(self) -> bool:
        return self.principals == "required"
