"""The page at `/` of the development server: a CT, a style, a C-arm to turn, two pictures.

`routes` answers what the browser asks; `scene` reads CTs and radiographs and asks the model;
`static` is the page itself. It needs the signatures for raw CTs (docs/serving.md) and no network.
"""

from ct2xkeras.serving.page.routes import add_page

__all__ = ["add_page"]
