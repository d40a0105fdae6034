"""Pictures as networks take them: one rule for every set, whatever is in it.

[-1, 1] becomes 0 to 255, clipped and rounded to whole greys as an 8-bit file holds them, so that a
method's folder of PNGs and arrays in memory score the same. Nothing is stretched to a picture's own
range: brightness and contrast are part of what is measured. Smaller pictures are made without
aliasing, which would move the scores (Parmar et al. 2022, "On Aliased Resizing").
"""

import tensorflow as tf


def grey_levels(images):
    """[-1, 1] to whole greys in 0 to 255, float32, same shape."""
    return tf.round(127.5 * (tf.clip_by_value(images, -1, 1) + 1))


def resize(pixels, size):
    """To (height, width) by bicubic interpolation without aliasing, clipped to 0 to 255.

    (batch, height, width, channels); what Pillow's bicubic filter does with float pixels.
    """
    resized = tf.image.resize(pixels, size, "bicubic", antialias=True)
    return tf.clip_by_value(resized, 0, 255)


def resize_as_tf1(pixels, size):
    """To (height, width) as the graph that FID was defined on does it.

    Bilinear without half-pixel centres: new row i is at old row i * height / size, and neither
    aliasing nor a shift of up to half a pixel is avoided. Only for scores to compare with published
    ones.
    """
    return tf.raw_ops.ResizeBilinear(
        images=pixels, size=size, align_corners=False, half_pixel_centers=False
    )
