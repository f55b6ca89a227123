"""The case: its life, its stages, its sign-offs and waivers, and the assessment kept beside it."""
