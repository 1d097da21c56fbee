"""The command `grader`, a module a command."""
