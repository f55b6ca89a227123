"""Engagements of auditors, the samples they draw and review, and the findings that follow."""
