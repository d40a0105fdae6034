"""What the page's visitors have put down, a few things at a time."""

import secrets
from collections import OrderedDict

from ct2xkeras.serving.server.errors import ServingError


class Shelf:
    """Keeps the `room` things that were used last, under names that cannot be guessed.

    Args:
        kind: what they are, for messages.
    """

    def __init__(self, kind, room):
        self._kind, self._room = kind, room
        self._things = OrderedDict()

    def put(self, thing) -> str:
        """Its name from now on."""
        name = secrets.token_urlsafe(16)
        self._things[name] = thing
        while len(self._things) > self._room:
            self._things.popitem(last=False)
        return name

    def take(self, name):
        """The thing, which stays there.

        Raises:
            ServingError: NOT_FOUND: never there, or pushed out by newer ones.
        """
        if name not in self._things:
            raise ServingError("NOT_FOUND", f"This {self._kind} is no longer there: load it again.")
        self._things.move_to_end(name)
        return self._things[name]
