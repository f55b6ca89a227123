"""The command ``predeparture``."""
