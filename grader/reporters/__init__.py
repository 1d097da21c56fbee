"""A report → what somebody reads or a system takes; each a pure function behind one protocol."""

from grader.reporters.base import Command, File, Reporter, Scene

__all__ = ["Command", "File", "Reporter", "Scene"]
