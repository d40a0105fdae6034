"""Names of what `call`, `predict` and the SavedModel take."""

MODEL_INPUTS = ("volume", "spacing", "style_image", "pose")
