"""Watch lists, screening and the two-officer adjudication of possible matches."""
