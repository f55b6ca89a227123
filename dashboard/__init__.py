"""Web pages for caseworkers, agencies, officers, auditors, administrators, and the public check."""
