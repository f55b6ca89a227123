"""A programme put into words for everybody: what is asked, how long it takes, who pays, on which basis."""
