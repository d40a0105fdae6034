"""Where the documents are, and the code on their pages."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def blocks(page, language):
    """Code of that language on a page, given its path."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.S)
