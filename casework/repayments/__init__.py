"""A loan after it was paid out: its plans, payments, bank files, what is overdue, deferred, called in, forgiven."""
