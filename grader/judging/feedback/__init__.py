"""A mismatch → the words that a learner reads."""
