"""Pure small things that every floor shares: errors, messages, money, ids, partial dates, countries."""
