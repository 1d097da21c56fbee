"""Two observations → the mismatches between them."""
