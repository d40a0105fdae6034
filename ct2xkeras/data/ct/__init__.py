"""CT files of every kind to HU on one convention, and to the model's grid."""
