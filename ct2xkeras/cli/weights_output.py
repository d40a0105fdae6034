"""What `ct2xkeras weights list` prints."""

from rich.markup import escape

from ct2xkeras.cli.info_output import shown_number
from ct2xkeras.cli.output import console


def print_weights(described):
    """Each weights in a line or two; where to get those that are missing."""
    for name, weights in described.items():
        state = "there" if weights["present"] else "missing"
        about = escape(f"{weights['purpose']} ({weights['licence']})")
        console.print(f"{state:8}[bold]{name}[/bold]: {about}")
        for source in [] if weights["present"] else weights["sources"]:
            console.print(f"        {_address(source)}", markup=False)
    if not all(weights["present"] for weights in described.values()):
        console.print("To get what is missing, download a file and run")
        console.print("        ct2xkeras weights import FILE")


def _address(source):
    archive = source["file"].endswith(".tgz")
    hashed = "the graph's SHA-256" if archive else "SHA-256"
    size = shown_number(source["num_bytes"], "B")
    return f"{source['url']} ({size}, {hashed} {source['sha256'][:8]}...)"
