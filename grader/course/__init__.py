"""The files of a course and of a learner, read without running them: manifest, source, stubs, hints."""
