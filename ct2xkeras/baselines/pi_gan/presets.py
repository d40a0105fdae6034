"""Sizes of pi-GAN under a name, from the smallest to the published one."""

from ct2xkeras.baselines.pi_gan.architecture import PiGANArchitecture

PRESETS = {
    # For tests: everything is there and nothing takes time.
    "tiny": PiGANArchitecture(
        image_size=32,
        volume_size=(16, 16, 16),
        latent_size=8,
        mapping_width=8,
        mapping_layers=2,
        hidden=8,
        layers=2,
        coarse_samples=4,
        fine_samples=2,
        density_noise=0.5,
        noise_images=100,
        discriminator_filters=(6, 8, 10, 12),
        stages=(16, 32),
        stage_images=(1, 9),
        fade_images=8,
        top_k_images=1,
        inversion_steps=2,
    ),
    # Trains on two CPU cores; its sizes are the defaults of `PiGANArchitecture`.
    "small64": PiGANArchitecture(),
    # The same field, seen with one finer resolution at last.
    "small128": PiGANArchitecture(
        image_size=128,
        discriminator_filters=(12, 16, 32, 64, 96, 128),
        stages=(32, 64, 128),
        stage_images=(1, 10_000, 40_000),
    ),
    # For many CPU cores or a small GPU.
    "base128": PiGANArchitecture(
        image_size=128,
        volume_size=(128, 128, 128),
        latent_size=128,
        mapping_width=128,
        hidden=64,
        layers=5,
        discriminator_filters=(16, 32, 64, 128, 192, 256),
        stages=(32, 64, 128),
        stage_images=(1, 50_000, 150_000),
        fade_images=20_000,
        top_k_images=5000,
    ),
    # As Chan et al. (2021) trained on CelebA, but for the single grey channel; 56 images a step.
    "celeba64": PiGANArchitecture(
        image_size=64,
        volume_size=(96, 96, 96),
        latent_size=256,
        mapping_width=256,
        mapping_layers=3,
        hidden=256,
        layers=8,
        render="alpha",
        coarse_samples=12,
        fine_samples=12,
        density_noise=1.0,
        noise_images=5000 * 56,
        discriminator_filters=(128, 256, 400, 400, 400, 400),
        stages=(64,),
        stage_images=(1,),
        fade_images=10_000 * 56,
        pose_weight=15.0,
        top_k_share=0.6,
        top_k_images=2000 * 56,
    ),
}
