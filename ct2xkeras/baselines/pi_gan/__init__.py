"""pi-GAN (Chan et al. 2021, "pi-GAN: Periodic Implicit Generative Adversarial Networks for 3D-Aware
Image Synthesis", CVPR): a generated radiance field of sine layers, modulated by a latent."""
