"""From the rows of cases to the words of their pages, with what each role may know."""
