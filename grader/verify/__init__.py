"""The proof of a course: what must pass passes, what is wrong is named, mutants are noticed."""
