"""Selection: who is put forward for a job order, interviews and offers, and what came of them."""
