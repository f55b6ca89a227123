"""Photographs of workers: what can be measured of them, their versions, and small copies for lists."""
