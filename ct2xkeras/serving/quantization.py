"""Whether pictures survive weights of 16 bits."""

import numpy as np

LEAST_PSNR = 40.0  # dB


class QuantizationError(ValueError):
    """Weights that cannot be stored in float16 without harm."""


def check_quantized(original, quantized, examples):
    """Peak signal-to-noise ratio in dB of pictures by quantised weights against the original's.

    `PSNR = 20 log10(2 / RMSE)`, over all pictures together, which span [-1, 1].

    Args:
        original, quantized: `make_signatures` of either.
        examples: `ExampleInputs`.

    Raises:
        QuantizationError: it is below `LEAST_PSNR`.
    """
    first, second = (_pictures(signatures, examples) for signatures in (original, quantized))
    error = np.sqrt(np.mean(np.square(first - second)))
    with np.errstate(divide="ignore"):
        psnr = float(20 * np.log10(2 / max(error, 1e-12)))
    if not psnr >= LEAST_PSNR:  # NaN is below
        raise QuantizationError(
            f"float16 weights give pictures of {psnr:.1f} dB against the original's; expected "
            f"{LEAST_PSNR:g} dB or more. Export without --quantize."
        )
    return psnr


def _pictures(signatures, examples):
    inputs = {"volume": examples.volume, "spacing": examples.grid_spacing, "pose": examples.pose}
    outputs = signatures["serving_default"](**inputs, style_image=examples.style_image)
    return outputs["xray"].numpy().astype(np.float64)
