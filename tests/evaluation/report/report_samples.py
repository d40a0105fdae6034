"""Lines of a run's metrics.jsonl."""

KID, OTHER_KID = "kid[pixels32,n=8]", "kid[pixels32,n=4]"
LINES = (
    {"kind": "train", "images": 4, "loss": 3.0, "real_score": 0.5, "fake_score": -0.5},
    {"kind": "style", "images": 4, "style-retrieval[tone,n=4]": 0.25},
    {"kind": "train", "images": 8, "loss": 2.0, "real_score": 0.4, "fake_score": -0.2},
    {"kind": "style", "images": 8, "style-retrieval[tone,n=4]": 0.5},
    {
        "kind": "evaluation",
        "images": 8,
        "structure[gradient-correlation,n=8]": 0.75,
        KID: 0.1234,
        "kid-of-drr[pixels32,n=8]": 0.5678,
        "intervals": {KID: [0.1, 0.2]},
        "notes": [],
        "settings": {"seed": 0},
    },
)
