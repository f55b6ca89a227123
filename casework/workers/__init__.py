"""People: their data in versions, where they lived, and on what legal basis their data is processed."""
