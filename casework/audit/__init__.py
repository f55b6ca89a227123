"""The history: append-only events, chained by hash, written in the transaction of the change itself."""
