"""How programme files are read and checked."""
