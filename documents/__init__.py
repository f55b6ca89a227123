"""A typed value in, a signed PDF out; archive and verification. No tables."""
