"""The files of a release: what a page of the course becomes in it."""

from __future__ import annotations

import re

from places import ROOT

from grader.course.release.files import learners_page


def test_the_learners_page_leads_nowhere_that_is_not_there() -> None:
    """It is set up by the release's README, and links to no page that stays in the course."""
    page = learners_page((ROOT / "docs" / "learners.md").read_text(encoding="utf-8"))
    assert page.startswith("# For learners")
    assert "constraints.txt" not in page
    assert "## The first exercise" in page
    assert re.findall(r"\]\((?!https?:)", page) == []
    assert "mistake\nthat is known. Paste the last line" in page


def test_other_links_and_sections_stay() -> None:
    """Those into the web, and within the page."""
    text = "# A\n\n## Set up\n\nold\n\n## Next\n\n[docs](https://pytorch.org), [b](#next), [c](d.md).\n"
    assert learners_page(text) == "# A\n\n## Next\n\n[docs](https://pytorch.org), [b](#next), c.\n"
