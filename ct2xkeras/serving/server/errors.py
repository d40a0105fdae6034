"""What a client is told when its request fails: a gRPC status and a line without paths."""

import re

#: gRPC status: HTTP status, as TF Serving maps them.
HTTP_STATUS = {
    "INVALID_ARGUMENT": 400,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
LONGEST = 500  # characters of a message
GRAPH_DETAILS = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]|\[Op:.*?\]|^.*Graph execution error:", re.S)
STACK = re.compile(r"Detected at node.*?(?=\n[^\s<]|\Z)|^\s*(File |<).*$", re.S | re.M)
PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[/\\][\w.@+-]+){2,}[/\\]?")


class ServingError(Exception):
    """A request that is answered with an error.

    Args:
        status: a key of `HTTP_STATUS`.
        message: one line for the client.
        http_status: where REST has a better word for it than `HTTP_STATUS`.
    """

    def __init__(self, status, message, http_status=None):
        super().__init__(message)
        self.status = status
        self.http_status = http_status or HTTP_STATUS[status]


def wrong(message) -> ServingError:
    """The error of a request that can never be answered as it is."""
    return ServingError("INVALID_ARGUMENT", message)


def public_message(text) -> str:
    """An error of TensorFlow without its nodes' names, stack, and paths of this machine."""
    text = PATH.sub("...", STACK.sub("", GRAPH_DETAILS.sub(" ", str(text))))
    return " ".join(text.split())[:LONGEST] or "the model refuses these inputs"
