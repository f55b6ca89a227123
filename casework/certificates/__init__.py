"""The register: a row for every number ever given, and what became of it."""
