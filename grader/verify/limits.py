"""How many mutants are tried at a time, and for how long."""

from __future__ import annotations

MUTANT_JOBS = 2
MUTANT_SECONDS = 20.0
"""Seconds for one mutant on all devices: far more than any needs that ends at all."""

POOL_STARTING = 120.0
"""Seconds for a process to import PyTorch, on a machine with much else to do."""
