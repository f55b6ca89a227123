"""The report of a signed sample: its value, its page, its file."""
