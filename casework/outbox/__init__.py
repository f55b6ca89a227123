"""Work to be done after the commit: rows written with the decision, emptied by the relay."""
