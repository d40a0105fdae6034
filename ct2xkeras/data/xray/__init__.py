"""Radiographs of every kind to pictures as a model takes them."""
