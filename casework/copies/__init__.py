"""What exists beside the file of a document: its duplicates, and scans of stamped papers."""
