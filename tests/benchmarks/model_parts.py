"""The parts of a train step, each forward and with the gradient of its own weights."""

import tensorflow as tf
from model_case import median_time

from ct2xkeras.models.views import flatten_views


def part_times(model, batch, case):
    """{part: (seconds forward, seconds with gradient)}; inputs come from one forward pass."""
    views = flatten_views({name: tf.constant(value) for name, value in batch.items()})
    made = tf.function(model.synthesize_pair, autograph=False)(views)
    read = tf.function(model.read_back, autograph=False)(views, made)
    code = model.networks.encode_ct(views["volume"])
    times = {}
    for name, (run, weights) in parts(model, views, made, read, code).items():
        forward, both = compiled(run, weights)
        times[name] = [median_time(f, case["repeats"])[1] for f in (forward, both)]
    return {"parts": times}


def parts(model, views, made, read, code):
    """{part: (function without arguments, what its gradient is taken for)}.

    Generator and style encoder run on as many pictures as in a train step: twice and three times
    the views. The losses' gradient is that for the synthesised pictures and for the codes.
    """
    networks, judge = model.networks, model.discriminator
    seen = (views["spacing"], views["pose"], views["volume_index"], views["drr"], views["coverage"])
    twice = [tf.concat([content, content], 0) for content in made["contents"]]
    drrs = tf.concat([views["drr"], views["drr"]], 0)
    styles = tf.concat([made["xray_style"], made["drr_style"]], 0)
    seeds = tf.concat([made["seeds"], made["seeds"]], 0)
    pictures = tf.concat([made["xray"], made["drr"], views["style_image"]], 0)
    both = tf.concat([made["xray"], views["style_image"]], 0)
    return {
        "CT encoder": (lambda: networks.encode_ct(views["volume"]), networks.ct_encoder),
        "pose attention": (lambda: networks.view_content(code, *seen), networks.pose_attention),
        "generator, X^ and DRR^": (
            lambda: networks.generator(twice, drrs, styles, seeds),
            networks.generator,
        ),
        "style encoder, X^, DRR^ and X": (
            lambda: networks.style_encoder(pictures),
            networks.style_encoder,
        ),
        "discriminator, X^ and X": (lambda: judge(both), judge),
        "R1, every step": (lambda: r1(judge, views["style_image"]), judge),
        "losses": (
            lambda: model.generator_terms(views, made, read),
            [made["xray"], made["drr"], *read.values()],
        ),
    }


def r1(judge, real):
    """Gradient of the discriminator's scores by real pictures, squared."""
    with tf.GradientTape() as tape:
        tape.watch(real)
        score = tf.reduce_sum(judge(real))
    return tf.reduce_mean(tf.square(tape.gradient(score, real)))


def compiled(run, weights):
    """Functions of a part: forward, and forward with gradient; both end in one number."""
    targets = getattr(weights, "trainable_weights", weights)
    targets = [getattr(target, "value", target) for target in targets]

    def total():
        return tf.add_n([tf.reduce_sum(tf.cast(v, "float32")) for v in tf.nest.flatten(run())])

    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(targets)
            value = total()
        found = [g for g in tape.gradient(value, targets) if g is not None]
        return tf.add_n([tf.reduce_sum(tf.cast(g, "float32")) for g in found])

    return tf.function(total, autograph=False), tf.function(gradient, autograph=False)
