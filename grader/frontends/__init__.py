"""The ways in: pytest, the command line, a call made again."""
