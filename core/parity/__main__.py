"""``python -m core.parity``: a question on standard input, the answer on standard output, as JSON.

So a window compares in a process of its own, and keeps its own free of ``transformers``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.errors import Refusal
from core.frame import Prompt
from core.parity.compare import compare


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """``{"model", "prompt"}`` to ``{"report"}``, or ``{"refusal", "values"}``."""
    prompt: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in question["prompt"].items()
    }
    try:
        return {"report": asdict(compare(question["model"], Prompt(**prompt)))}
    except Refusal as refusal:
        values = {name: str(value) for name, value in refusal.values.items()}
        return {"refusal": refusal.template, "values": values}


def main() -> int:
    """Answer one question; what libraries print goes to standard error."""
    out, sys.stdout = sys.stdout, sys.stderr
    json.dump(answer(json.load(sys.stdin)), out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
