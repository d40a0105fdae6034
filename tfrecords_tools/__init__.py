"""Thin commands over `ct2xkeras.data`: python -m tfrecords_tools.{build,verify,inspect}."""
