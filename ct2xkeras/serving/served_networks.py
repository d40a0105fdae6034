"""What the signatures of a SavedModel are made of: functions of tensors with checked inputs."""

import tensorflow as tf

from ct2xkeras.models.styles import truncate_styles
from ct2xkeras.serving import checks
from ct2xkeras.serving.inputs import input_specs
from ct2xkeras.serving.preparation.grid import model_volume
from ct2xkeras.serving.preparation.radiographs import decode_picture, prepare_radiograph

PIECE = 8  # views drawn at a time, so that memory does not grow with the number of poses


class ServedNetworks:
    """The functions of a `ViewSynthesizer`, with rows that views share and refused wrong inputs.

    Args:
        networks: a `ViewSynthesizer` that computes in float32.
        weights: its `StoredWeights`.
        crop: share of a radiograph's middle that is shown, see `prepare_radiograph`.
    """

    def __init__(self, networks, weights, crop):
        self.networks, self.weights, self.crop = networks, weights, crop
        self.architecture = networks.architecture
        self.picture_size = (self.architecture.image_size,) * 2
        # Graphs that several signatures call; each is traced and stored once.
        specs = input_specs(networks)
        code = [spec for name, spec in specs.items() if name.startswith("content_")]
        ct, view = ("volume", "spacing"), ("style_code", "pose", "seed")
        self.encode_ct = graph(self._encode_ct, specs["volume"], specs["spacing"])
        self.encode_style = graph(self._encode_style, specs["image"])
        self.render = graph(self._render, code, *(specs[name] for name in (*ct, *view)))
        raw_ct = ("hu_bytes", "shape", "spacing")
        self.prepare_bytes = graph(self._prepare_bytes, *(specs[name] for name in raw_ct))

    # ------------------------------------------------------------------ codes

    def _encode_ct(self, volume, spacing):
        """Content code of volumes on the model's grid, see `ViewSynthesizer.encode_ct`."""
        volume = checks.hounsfield("volume", volume)
        spacing = checks.alike("spacing", checks.spacings(spacing), "volume", volume)
        with self.weights.used(self.networks):
            return self.networks.encode_ct(volume, spacing)

    def _encode_style(self, image):
        """Style codes of pictures."""
        with self.weights.used(self.networks):
            return self.networks.encode_style(checks.finite("the style image", image))

    def truncate_style(self, style_code, truncation):
        """Style codes moved towards the mean style of training, see `truncate_styles`."""
        codes = checks.finite("style_code", style_code)
        truncation = checks.shared("truncation", truncation, tf.shape(codes)[0])
        with self.weights.used(self.networks):
            mean = tf.convert_to_tensor(self.networks.style_mean)
        return truncate_styles(codes, mean, checks.finite("truncation", truncation)[:, None])

    def encode_radiograph(self, image_bytes):
        """Style codes and prepared pictures of PNG or JPEG files."""
        size = self.picture_size
        pictures = tf.map_fn(
            lambda content: prepare_radiograph(decode_picture(content), size, self.crop),
            image_bytes,
            parallel_iterations=1,
            fn_output_signature=tf.TensorSpec(size, tf.float32),
        )[..., None]
        return self.encode_style(pictures), pictures

    # ------------------------------------------------------------------ views

    def project(self, volume, spacing, pose):
        """DRR and coverage of views."""
        volume, spacing, pose = self._scene(volume, spacing, pose)
        index = tf.minimum(tf.range(tf.shape(pose)[0]), tf.shape(volume)[0] - 1)
        return self.networks.project(volume, spacing, pose, index)

    def _render(self, code, volume, spacing, style_code, pose, seed):
        """X^, DRR and coverage of views; a CT or a style of one row is shared by all.

        Args:
            code: of `encode_ct`, for the same volumes.
        """
        volume, spacing, pose = self._scene(volume, spacing, pose)
        code = [self._level(level, volume) for level in code]
        views, several = tf.shape(pose)[0], tf.shape(volume)[0] > 1
        style_code = checks.shared("style_code", checks.finite("style_code", style_code), views)
        seed = checks.shared("seed", seed, views)

        def piece(start):
            seen = slice(start, start + PIECE)
            first, last = tf.cond(several, lambda: (start, start + PIECE), lambda: (0, 1))
            ct = [values[first:last] for values in (volume, spacing, *code)]
            index = tf.range(tf.shape(pose[seen])[0]) * tf.cast(several, tf.int32)
            with self.weights.used(self.networks):
                return self.networks.render(
                    ct[2:], *ct[:2], pose[seen], style_code[seen], index, seed[seen]
                )

        return in_pieces(piece, views, (None, *self.picture_size, 1), num_results=3)

    def _level(self, level, volume):
        level = checks.alike("the content code", level, "volume", volume)
        return checks.finite("the content code", level)

    def _scene(self, volume, spacing, pose):
        """Checked volumes, spacing and poses."""
        pose, spacing = checks.poses(pose), checks.spacings(spacing)
        volume = checks.one_or("volume", checks.hounsfield("volume", volume), tf.shape(pose)[0])
        spacing = checks.alike("spacing", spacing, "volume", volume)
        pose = checks.sources_outside(pose, spacing, self.architecture.volume_size)
        return volume, spacing, pose

    # ------------------------------------------------------------------ CTs as they come

    def prepare(self, hu, spacing):
        """CTs (n, z, y, x) of any size on the model's grid: volume, spacing and center."""
        hu = checks.hounsfield("hu", hu)
        return self._map_cts(lambda ct: ct[0], (hu, self._spacing_of_each(spacing, hu)))

    def _prepare_bytes(self, hu_bytes, shape, spacing):
        """The same for CTs as int16 bytes, of shapes (n, 3)."""
        shape = checks.shared("shape", shape, tf.shape(hu_bytes)[0])
        cts = (hu_bytes, self._spacing_of_each(spacing, hu_bytes), shape)
        return self._map_cts(lambda ct: volume_from_bytes("hu_bytes", ct[0], ct[2]), cts)

    def grid_from_bytes(self, volume_bytes):
        """Volumes of the model's grid (n, Z, Y, X, 1) from their int16 bytes."""
        size = self.architecture.volume_size
        return tf.map_fn(
            lambda one: tf.cast(volume_from_bytes("volume_bytes", one, size), tf.float32),
            volume_bytes,
            fn_output_signature=tf.TensorSpec(size, tf.float32),
        )[..., None]

    def _spacing_of_each(self, spacing, cts):
        return checks.shared("spacing", checks.spacings(spacing), tf.shape(cts)[0])

    def _map_cts(self, read, cts):
        size = self.architecture.volume_size
        shapes = ((*size, 1), (3,), (3,))
        return tf.map_fn(
            lambda ct: model_volume(read(ct), ct[1], size),
            cts,
            parallel_iterations=1,  # a CT may be large
            fn_output_signature=tuple(tf.TensorSpec(shape, tf.float32) for shape in shapes),
        )


def graph(function, *specs):
    """A function of tensors as one graph."""
    return tf.function(function, input_signature=specs, autograph=False)


def volume_from_bytes(name, content, shape):
    """HU int16 of `shape` from little-endian bytes."""
    shape = tf.cast(shape, tf.int64)
    length = tf.cast(tf.strings.length(content), tf.int64)
    lengths = tf.cast(shape, tf.float64)  # products of claims overflow no float
    fits = tf.reduce_all(shape > 0) & (tf.reduce_prod(lengths) * 2 == tf.cast(length, tf.float64))
    expected = "int16 little-endian voxels, z * y * x of them"
    message = f"{name} does not fit the volume's shape; expected {expected}"
    content = checks.require(fits, message, content)
    return tf.reshape(tf.io.decode_raw(content, tf.int16, little_endian=True), shape)


def in_pieces(function, count, shape, num_results):
    """`function(start)` for every `PIECE` of `count` rows, the results joined.

    Args:
        shape: of each result of a piece, its first axis unknown.
    """
    num = (count + PIECE - 1) // PIECE
    arrays = tuple(
        tf.TensorArray(tf.float32, num, element_shape=shape, infer_shape=False)
        for _ in range(num_results)
    )

    def add(i, arrays):
        results = function(i * PIECE)
        return i + 1, tuple(a.write(i, r) for a, r in zip(arrays, results, strict=True))

    _, arrays = tf.while_loop(lambda i, _: i < num, add, (0, arrays), parallel_iterations=1)
    return [array.concat() for array in arrays]
