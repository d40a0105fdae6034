"""Sizes of EG3D under a name, from the smallest to the published ones."""

from dataclasses import replace

from ct2xkeras.baselines.eg3d.architecture import EG3DArchitecture

# As Chan et al. (2022) trained on FFHQ at 512 x 512, but for the single grey channel. Their cameras
# are known: both conditionings are on, and training needs the radiographs' poses.
_PUBLISHED = EG3DArchitecture(
    image_size=512,
    volume_size=(128, 128, 128),
    latent_size=512,
    code_size=512,
    generator_pose=True,
    plane_size=256,
    plane_channels=32,
    backbone_base=32768,
    backbone_limit=512,
    decoder_width=64,
    features=32,
    render="alpha",
    neural_size=64,
    coarse_samples=48,
    fine_samples=48,
    enlarged_from=128,
    enlarging_filters=(256, 128),
    discriminator_base=32768,
    discriminator_limit=512,
    discriminator_pose=True,
    blur_sigma=10.0,
    blur_images=200_000,
)

PRESETS = {
    # For tests: everything is there and nothing takes time.
    "tiny": EG3DArchitecture(
        image_size=32,
        volume_size=(16, 16, 16),
        latent_size=8,
        code_size=8,
        plane_size=16,
        plane_channels=4,
        backbone_base=128,
        backbone_limit=8,
        decoder_width=8,
        features=4,
        neural_size=8,
        coarse_samples=4,
        fine_samples=4,
        enlarged_from=16,
        enlarging_filters=(8, 4),
        discriminator_base=128,
        discriminator_limit=12,
        deviation_group=2,
        density_points=16,
        inversion_steps=2,
    ),
    # Trains on two CPU cores; its sizes are the defaults of `EG3DArchitecture`.
    "small64": EG3DArchitecture(),
    # The same field and rays, and pictures twice as large.
    "small128": EG3DArchitecture(image_size=128, blur_sigma=2.5),
    # For many CPU cores or a small GPU.
    "base128": EG3DArchitecture(
        image_size=128,
        volume_size=(128, 128, 128),
        latent_size=256,
        code_size=256,
        plane_size=128,
        plane_channels=16,
        backbone_base=8192,
        backbone_limit=256,
        decoder_width=64,
        features=32,
        neural_size=64,
        coarse_samples=24,
        fine_samples=24,
        enlarged_from=64,
        enlarging_filters=(64, 32),
        discriminator_base=8192,
        discriminator_limit=256,
        blur_sigma=2.5,
        blur_images=20_000,
    ),
    "ffhq256": replace(_PUBLISHED, image_size=256, enlarging_filters=(128, 64)),
    "ffhq512": _PUBLISHED,
}
