"""A student's repository, made from a course and without its answers."""
