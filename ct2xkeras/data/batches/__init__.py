"""From a finished data set to training batches and evaluation cases."""
