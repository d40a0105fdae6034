"""Pages that MkDocs makes of the code itself: recipe fields, commands, Python interface."""

import re

from api_pages import api_pages
from command_page import command_page
from mkdocs.structure.files import File
from recipe_page import recipe_page

#: A page named in text as on GitHub, `docs/data.md`.
NAMED_PAGE = re.compile(r"`docs/([\w-]+)\.md`")


def on_files(files, config):
    """Adds the pages; the navigation names them like all others."""
    pages = {"recipe-fields.md": recipe_page(), "commands.md": command_page(), **api_pages()}
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown, **_):
    """Links the pages that a page names."""
    return NAMED_PAGE.sub(r"[\1](\1.md)", markdown)
