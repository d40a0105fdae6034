"""What CT2X-GAN is compared with, trained and evaluated by the same commands."""
