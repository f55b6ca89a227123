"""The case: its records, its rules, its history. All tables and their migrations live on this floor."""
