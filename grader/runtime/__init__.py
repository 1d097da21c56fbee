"""One call of one function on one device, and everything that can be seen of it."""
