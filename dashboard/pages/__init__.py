"""What each page shows: one frozen dataclass a page, and its template uses exactly these fields."""
