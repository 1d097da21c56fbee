"""How much is shown of what a check has printed or logged."""

from __future__ import annotations

LOG_LINES = 20
"""Lines of what was logged: PyTorch's compiler alone writes more than a thousand."""
CAPTURED_LINES = 500
"""Lines of what was printed."""
