"""Phantoms: invented patients with known anatomy, a new one for each seed."""

from ct2xkeras.data.phantoms.case import (
    PhantomCase,
    make_phantom,
    make_phantom_case,
    phantom_landmarks,
)
from ct2xkeras.data.phantoms.labels import LABELS, VERTEBRAE
from ct2xkeras.data.phantoms.patient import Patient, draw_patient

__all__ = [
    "LABELS",
    "VERTEBRAE",
    "Patient",
    "PhantomCase",
    "draw_patient",
    "make_phantom",
    "make_phantom_case",
    "phantom_landmarks",
]
