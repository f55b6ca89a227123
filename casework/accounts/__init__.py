"""People who sign in: accounts, roles, what each role may do, server-side sessions."""
