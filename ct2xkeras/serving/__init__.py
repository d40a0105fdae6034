"""A trained model beside TensorFlow alone: export, client, development server.

`ct2xkeras.serving.Client` asks a server; nothing here is loaded before it is used.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {"Client": "client", "EncodedCT": "client", "ServerError": "asking"}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
