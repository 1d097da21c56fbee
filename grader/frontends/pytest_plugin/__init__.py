"""The pytest plugin: chapters are test files, exercises are tests."""
