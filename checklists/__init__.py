"""What each programme asks: YAML files and the pure rules that read them. No database, no clock, no network."""
