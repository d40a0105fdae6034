"""Training: run folders, checkpoints, callbacks, and the run from recipe to trained model."""
