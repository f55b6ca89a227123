"""How often, on which day and in which way a document was checked by whoever had it. Never by whom."""
