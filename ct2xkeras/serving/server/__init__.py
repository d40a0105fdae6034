"""A development server that speaks TF Serving's REST and gRPC; production is TF Serving itself.

It needs a SavedModel and TensorFlow, none of this package's models.
"""
