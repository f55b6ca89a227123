"""Evidence: the papers that support a case, and what can be read from them."""
