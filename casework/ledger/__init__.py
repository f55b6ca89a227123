"""The ledger of loans and entitlements: double entry, append-only, integer minor units, corrected by reversal alone."""
