"""Names and numbers of the structures in a phantom's label volume (uint8)."""

VERTEBRAE = (
    *(f"C{i}" for i in range(5, 8)),
    *(f"T{i}" for i in range(1, 13)),
    *(f"L{i}" for i in range(1, 6)),
    "S1",
    "S2",
)
SIDES = {"left": -1.0, "right": 1.0}
"""Sign of the world x axis (RAS) on each side of the patient."""

_ORGANS = (
    "skin",
    "fat",
    "muscle",
    "lung_left",
    "lung_right",
    "heart",
    "aorta",
    "airway",
    "mediastinum",
    "pulmonary_vessels",
    "liver",
    "spleen",
    "stomach",
    "bowel",
    "gas",
    "kidney_left",
    "kidney_right",
    "sternum",
    "clavicle_left",
    "clavicle_right",
    "scapula_left",
    "scapula_right",
    "humerus_left",
    "humerus_right",
    "cartilage",
    "disc",
    "abdomen",
    "pelvis",
)

LABEL_NAMES: dict[int, str] = {
    0: "air",
    **{1 + i: name for i, name in enumerate(_ORGANS)},
    **{40 + i: f"vertebra_{name}" for i, name in enumerate(VERTEBRAE)},
    **{69 + i: f"rib_left_{i}" for i in range(1, 13)},
    **{89 + i: f"rib_right_{i}" for i in range(1, 13)},
}
LABELS: dict[str, int] = {name: number for number, name in LABEL_NAMES.items()}
