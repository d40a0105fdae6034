"""A TensorBoard profile of a few steps."""

import keras
import tensorflow as tf

FIRST, LAST = 10, 20  # steps, after the compiling and the first batches


class Profile(keras.callbacks.Callback):
    """Profiles steps 10 to 20 of a training into its TensorBoard folder.

    Where several steps are one execution, from the first end of one at or after step 10 to the next
    at or after step 20.
    """

    def __init__(self, logs):
        super().__init__()
        self.folder = str(logs)
        self.running, self.begun = False, False

    def on_train_batch_end(self, batch, logs=None):
        if not self.begun and batch + 1 >= FIRST:
            tf.profiler.experimental.start(self.folder)
            self.running = self.begun = True
        elif self.running and batch + 1 >= LAST:
            self._stop()

    def on_train_end(self, logs=None):
        self._stop()

    def _stop(self):
        if self.running:
            self.running = False
            tf.profiler.experimental.stop()
