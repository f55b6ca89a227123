"""Certificates and keys that this issuer signs with, and when each stopped."""
