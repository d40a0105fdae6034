"""The settings that make a data set."""

import json
from dataclasses import asdict, dataclass, field

from ct2xkeras.data.dataset.fingerprints import digest_of

SPLITS = ("train", "val")


@dataclass(frozen=True)
class DatasetSpec:
    """What goes into a data set and how it is made.

    Args:
        volume_size: (z, y, x) voxels of the model's grid.
        image_size: (rows, columns) of the model's pictures.
        cts, xrays: files, folders or patterns (`**` for any depth).
        phantom_cts, phantom_xrays: how many CTs and radiographs of phantoms to add; every CT shows
            a patient of its own.
        phantom_xrays_per_patient: radiographs, each by another device, that share a patient.
        labels: file of a CT's segmentation, `{folder}` and `{name}` standing for the CT's own;
            CTs without such a file have none.
        poses_per_ct: views of each CT.
        drrs: "stored" keeps the DRR of every view, "rendered" its pose only: training renders it.
        pose_prior: fields of `ct2xkeras.geometry.PosePrior`.
        val_fraction: expected share of patients held out; `val` names them instead.
        patient_pattern: regular expression that finds the patient in a file's name.
        seed: of the split, the poses and the phantoms.
        skip_bad: leave out and list what cannot be used; otherwise the build stops there.
        crop: range of the share of a radiograph's short side that the model is shown. Phantom
            radiographs are taken that much wider than the poses' footprint.
        xray_scale: stored radiographs are larger than the model's by this factor.
        xray_window: percentiles that become -1 and 1.
        xrays_inverted: the X-ray files show bones dark.
        body_only: set the table and the room around the patient to air.
        compression: "GZIP" or "".
        cts_per_shard, xrays_per_shard: most records in one shard.
    """

    volume_size: tuple[int, int, int] = (64, 64, 64)
    image_size: tuple[int, int] = (64, 64)
    cts: tuple[str, ...] = ()
    xrays: tuple[str, ...] = ()
    phantom_cts: int = 0
    phantom_xrays: int = 0
    phantom_xrays_per_patient: int = 4
    labels: str = ""
    poses_per_ct: int = 64
    drrs: str = "stored"
    pose_prior: dict = field(default_factory=dict)
    val_fraction: float = 0.1
    val: tuple[str, ...] = ()
    patient_pattern: str = ""
    seed: int = 0
    skip_bad: bool = False
    crop: tuple[float, float] = (0.55, 0.75)
    xray_scale: float = 1.6
    xray_window: tuple[float, float] = (1.0, 99.0)
    xrays_inverted: bool = False
    body_only: bool = True
    compression: str = "GZIP"
    cts_per_shard: int = 16
    xrays_per_shard: int = 512

    def __post_init__(self):
        for name in ("volume_size", "image_size", "cts", "xrays", "val", "crop", "xray_window"):
            object.__setattr__(self, name, tuple(getattr(self, name)))  # lists, as JSON has them
        if not (self.cts or self.phantom_cts):
            raise ValueError("cts: a data set needs CT files or phantom_cts, found neither.")
        if not (self.xrays or self.phantom_xrays):
            raise ValueError("xrays: a data set needs X-ray files or phantom_xrays, found neither.")
        if not 0 < self.crop[0] <= self.crop[1] <= 1:
            raise ValueError(f"crop: expected 0 < low <= high <= 1, found {self.crop}.")
        if not 0 <= self.val_fraction < 1:
            raise ValueError(f"val_fraction: expected 0 to below 1, found {self.val_fraction}.")
        if self.drrs not in ("stored", "rendered"):
            raise ValueError(f'drrs: expected "stored" or "rendered", found {self.drrs!r}.')
        if self.compression not in ("GZIP", ""):
            raise ValueError(f'compression: expected "GZIP" or "", found {self.compression!r}.')

    @property
    def xray_size(self) -> tuple[int, int]:
        """(rows, columns) of stored radiographs."""
        return tuple(round(self.xray_scale * n) for n in self.image_size)

    def settings(self) -> dict:
        """The fields as JSON gives them back."""
        return json.loads(json.dumps(asdict(self)))

    def digest(self) -> str:
        """Names these settings: equal settings give equal digests."""
        return digest_of(self.settings())


def build_prior(pose_prior):
    """The `PosePrior` of a spec's `pose_prior`; lists, as YAML has them, become tuples."""
    from ct2xkeras.geometry import PosePrior

    fields = pose_prior.items()
    try:
        return PosePrior(**{k: tuple(v) if isinstance(v, list) else v for k, v in fields})
    except TypeError as error:
        known = ", ".join(PosePrior.__dataclass_fields__)
        raise ValueError(f"pose_prior: {error}; known fields are {known}.") from error
