"""What may leave: the only code that decides on released tables."""
