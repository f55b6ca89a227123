"""Who answers for what an office issues: named people, for kinds of documents, from a day to a day."""
