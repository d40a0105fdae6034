"""The page as one file: its style and script are inside."""

import functools
from importlib.resources import files

#: The page loads nothing from elsewhere and is shown in no other page.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@functools.cache
def page_html() -> str:
    """HTML of the page."""
    folder = files("ct2xkeras.serving.page") / "static"
    homes = {"base.css": files("ct2xkeras.web"), "page.css": folder, "page.js": folder}
    parts = {name: (home / name).read_text(encoding="utf-8") for name, home in homes.items()}
    html = (folder / "index.html").read_text(encoding="utf-8")
    for name, text in parts.items():
        html = html.replace(f"/* {name} */", text)
    return html
