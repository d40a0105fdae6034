"""Adam (Kingma & Ba 2015) as a function, for searches inside of a graph."""

from keras import ops

FIRST, SECOND, EPSILON = 0.9, 0.99, 1e-8  # decay of the two means; 0.99: searches are short


def adam_move(gradient, means, step):
    """One move, `m^ / (sqrt(v^) + epsilon)` with both means free of their start at zero.

    Args:
        gradient: of any shape.
        means: (m, v) so far, of the same shape; zeros at the start.
        step: integers from 0.

    Returns:
        what to subtract, times the learning rate; and the new means.
    """
    first, second = means
    first = first + (1 - FIRST) * (gradient - first)
    second = second + (1 - SECOND) * (ops.square(gradient) - second)
    count = ops.cast(step, gradient.dtype) + 1
    scale = ops.sqrt(second / (1 - SECOND**count))
    return first / (1 - FIRST**count) / (scale + EPSILON), (first, second)
