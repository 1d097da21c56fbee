"""Texts as others read them: GitHub's runner and its autograding reporter, and whoever renders Markdown."""

from __future__ import annotations

import re


def obeyed(log: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner does with a log: commands at the start of a line, old ones anywhere, none while stopped."""
    found: list[tuple[str, dict[str, str], str]] = []
    token = ""
    for line in re.split("\r\n|\r|\n", log):
        new = re.match(r"::(.*?)::(.*)", line.lstrip(), re.DOTALL)
        old = re.search(r"##\[(.*?)\](.*)", line, re.DOTALL)
        if not new and not old:
            continue
        head, data = (new or old).groups()  # type: ignore[union-attr]
        name, _, given = head.partition(" ")
        if token:
            token = "" if head == token else token
            continue
        if name == "stop-commands":
            token = data
        properties = dict(pair.split("=", 1) for pair in given.split(",") if pair)
        found.append((name, {key: unescaped(value) for key, value in properties.items()}, unescaped(data)))
    return found


def unescaped(text: str) -> str:
    """A value of a command as the runner reads it."""
    return re.sub("%(0D|0A|3A|2C|25)", lambda escape: chr(int(escape.group(1), 16)), text)


def totals(payload: dict[str, object]) -> tuple[float, float, object]:
    """The two totals of the reporter, and the maximum: what its table prints and what it sends."""
    tests, most = payload["tests"], payload["max_score"]
    assert isinstance(tests, list)
    assert isinstance(most, int)
    passes = sum(test["status"] == "pass" for test in tests)
    return passes / len(tests) * most, sum(test["score"] for test in tests), most


def outside(text: str) -> str:
    """Markdown without its fenced blocks and code spans, found as CommonMark finds them."""
    kept: list[str] = []
    closing = ""
    for line in text.split("\n"):
        mark = re.match(r" {0,3}(`{3,})", line)
        if closing:
            if mark and len(mark.group(1)) >= len(closing) and not line.strip(" `"):
                closing = ""
        elif mark and "`" not in line[mark.end() :]:
            closing = mark.group(1)
        else:
            kept.append(re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", line))
    assert not closing
    return "\n".join(kept)
