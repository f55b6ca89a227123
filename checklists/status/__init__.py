"""How the status and the days of a case are derived from its facts."""
