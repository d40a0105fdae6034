"""What a run tells while it goes on: metrics.jsonl for programs, TensorBoard for people."""

import json

import tensorflow as tf

from ct2xkeras.files import append_json_line, write_text


class RunLog:
    """Writes values and pictures of a run, counted in images.

    Args:
        run: a `RunFolder`.
    """

    def __init__(self, run):
        self.run = run
        self.writer = tf.summary.create_file_writer(str(run.logs))

    def values(self, kind, images, values):
        """A line of metrics.jsonl and, for numbers, a scalar each."""
        append_json_line(self.run.metrics_file, {"kind": kind, "images": images, **values})
        with self.writer.as_default(step=images):
            for name, value in values.items():
                if isinstance(value, str):
                    tf.summary.text(f"{kind}/{name}", value)
                else:
                    tf.summary.scalar(f"{kind}/{name}", value)
        self.writer.flush()

    def picture(self, name, images, picture):
        """A grey picture (height, width), uint8 or [0, 1]."""
        with self.writer.as_default(step=images):
            tf.summary.image(name, picture[None, ..., None])
        self.writer.flush()


def forget_after(run, images):
    """Take lines of metrics.jsonl away that a resumed run will write again."""
    if not run.metrics_file.exists():
        return
    lines = run.metrics_file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if _images_of(line) <= images]
    if len(kept) < len(lines):
        write_text(run.metrics_file, "".join(kept))


def _images_of(line):
    """The count of images in a line; infinite for a line that was cut off by a kill."""
    try:
        return json.loads(line)["images"]
    except (ValueError, KeyError, TypeError):
        return float("inf")
