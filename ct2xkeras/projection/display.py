"""One fixed map from line integrals to pictures: the same for every picture, so that grey values
of different poses and patients can be compared. Bones are bright."""

from keras import ops

# Line integral at which a picture has come two thirds of the way from air to white. A chest has
# 2 to 5, an abdomen from the side up to 10.
SCALE = 3.0


def line_integrals_to_image(line_integrals):
    """Picture in [-1, 1) of line integrals >= 0: air is -1."""
    return 1 - 2 * ops.exp(-line_integrals / SCALE)


def image_to_line_integrals(image):
    """Inverse of `line_integrals_to_image`; a pure white pixel is kept finite."""
    return -SCALE * ops.log(ops.maximum((1 - image) / 2, 1e-6))
