"""Originals that a worker handed over: where they lie, who has them, and when they go back."""
