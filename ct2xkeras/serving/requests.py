"""Example requests of an exported model: for warming up TF Serving, and for people to copy."""

import base64
import json

import numpy as np
import tensorflow as tf

WARM_UP_FILE = "assets.extra/tf_serving_warmup_requests"
LARGE = 1 << 16  # bytes
SHOWN = ("encode_radiograph", "synthesize_ct_png", "encode_ct_bytes")


def example_requests(signatures, examples):
    """{signature: {input: array}} for all signatures.

    Args:
        signatures: of `make_signatures`; they make the codes that others take.
        examples: `ExampleInputs`.
    """
    look = {"style_image": examples.style_image}
    view = {"pose": examples.pose}
    seed = {"seed": np.zeros(1, np.int32)}
    ct = {"volume": examples.volume, "spacing": examples.grid_spacing}
    content = signatures["encode_ct"](volume=examples.volume, spacing=examples.grid_spacing)
    style = signatures["encode_style"](image=examples.style_image)
    drawn = {**{name: code.numpy() for name, code in style.items()}, **view, **seed}
    raw = {
        "hu_bytes": np.array([examples.hu.astype("<i2").tobytes()], object),
        "shape": np.array([examples.hu.shape], np.int32),
        "spacing": examples.spacing[None],
    }
    code = {"code_bytes": signatures["encode_ct_bytes"](**raw)["code_bytes"].numpy()}
    grid_bytes = np.array([examples.volume.astype("<i2").tobytes()], object)
    return {
        "serving_default": {**ct, **look, **view},
        "synthesize_with_style": {**ct, **drawn},
        "synthesize_bytes": {
            **{"volume_bytes": grid_bytes, "spacing": examples.grid_spacing},
            **{**look, **view, **seed},
        },
        "encode_style": {"image": examples.style_image},
        "truncate_style": {
            **{"style_code": drawn["style_code"], "truncation": np.full(1, 0.7, np.float32)}
        },
        "encode_ct": ct,
        "render": {**{name: level.numpy() for name, level in content.items()}, **ct, **drawn},
        "drr": {**ct, **view},
        "prepare_ct": {"hu": examples.hu[None].astype(np.float32), "spacing": raw["spacing"]},
        "synthesize_ct": {**raw, **look, **view, **seed},
        "synthesize_ct_png": {**raw, **look, **view, **seed},
        "encode_ct_bytes": raw,
        "render_bytes": {**code, **drawn},
        "render_png": {**code, **drawn},
        "encode_radiograph": {"image_bytes": np.array([examples.radiograph], object)},
        "camera": {"rows": np.zeros(1, np.int32)},
    }


def write_warm_up(folder, name, requests):
    """Write what TF Serving runs before it calls a model ready; says whether it could.

    Without `tensorflow-serving-api` (extra `[serving]`) there is nothing to write it with.
    """
    try:
        from tensorflow_serving.apis import predict_pb2, prediction_log_pb2
    except ImportError:
        return False
    path = folder / WARM_UP_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for signature, inputs in requests.items():
            request = predict_pb2.PredictRequest()
            request.model_spec.name, request.model_spec.signature_name = name, signature
            for key, values in inputs.items():
                request.inputs[key].CopyFrom(_warm_up_tensor(values))
            log = prediction_log_pb2.PredictLog(request=request)
            writer.write(prediction_log_pb2.PredictionLog(predict_log=log).SerializeToString())
    return True


def _warm_up_tensor(values):
    """Large arrays become zeros (water, where they are HU), which take no room in the file."""
    if values.dtype.kind == "f" and values.nbytes > LARGE:
        return tf.make_tensor_proto(0.0, tf.float32, values.shape)
    return tf.make_tensor_proto(values)


def write_examples(folder, requests):
    """Write bodies of REST requests, `examples/SIGNATURE.json`, and the radiograph they show."""
    (folder / "examples").mkdir()
    for signature in SHOWN:
        inputs = {name: _json_values(values) for name, values in requests[signature].items()}
        body = {"signature_name": signature, "inputs": inputs}
        (folder / "examples" / f"{signature}.json").write_text(json.dumps(body))


def _json_values(values):
    if values.dtype == object:
        return [{"b64": base64.b64encode(value).decode()} for value in values]
    return (
        np.round(values.astype(np.float64), 5).tolist()
        if values.dtype.kind == "f"
        else (values.tolist())
    )
