"""Other renderers on the same rays: DiffDRR, nanodrr, RTK; each may be missing."""

import numpy as np
from blobs import pattern
from contenders import Contender

from ct2xkeras.geometry import camera_from_world, index_from_world


def world_from_camera(scene, views) -> np.ndarray:
    """Camera axes and source of views, (views, 4, 4)."""
    cameras = [camera_from_world(scene.view(i)[0]) for i in range(views)]
    return np.linalg.inv(cameras)


def detector_points(scene) -> np.ndarray:
    """Pixel centres in camera axes, mm, (rows * columns, 3)."""
    pose, detector = scene.view(0)
    pixels = np.stack(np.indices(scene.size), -1).reshape(-1, 2)
    offsets = (pixels - detector.center) * detector.pixel_spacing
    return np.c_[offsets[:, ::-1], np.full(len(offsets), pose.sdd)]


def diffdrr(scene, samples):
    """DiffDRR's two renderers, driven by rays in voxels."""
    import torch
    from diffdrr.renderers import Siddon, Trilinear

    volume = torch.from_numpy(np.ascontiguousarray(scene.field.transpose(2, 1, 0)))
    to_index = torch.tensor(index_from_world(scene.affine), dtype=torch.float32)
    targets = torch.tensor(detector_points(scene), dtype=torch.float32)

    def picture(renderer, frames, **options):
        ends = []
        for points in (torch.zeros(1, 3), targets):
            world = points @ frames[:, :3, :3].mT + frames[:, None, :3, 3]
            ends.append(world @ to_index[:3, :3].T + to_index[:3, 3])
        source, target = ends
        length = targets.norm(dim=-1).expand(len(frames), 1, -1)
        seen = renderer(volume, source, target, length, **options)
        return seen.reshape(len(frames), *scene.size)

    for name, renderer, options in (
        (f"DiffDRR trilinear, {samples}", Trilinear(), {"n_points": samples}),
        ("DiffDRR siddon", Siddon(), {}),
    ):
        yield _torch_contender(name, scene, lambda f, r=renderer, o=options: picture(r, f, **o))


def nanodrr(scene, samples):
    """nanodrr's reference backend, the one that runs on a CPU."""
    import torch
    from nanodrr.camera.intrinsics import make_k_inv
    from nanodrr.data import Subject
    from nanodrr.drr import render

    pose, detector = scene.view(0)
    affine = torch.tensor(scene.affine, dtype=torch.float32)
    field = torch.from_numpy(scene.field)[None, None]
    grid = Subject._make_voxel_to_grid(field.shape)
    subject = Subject(
        field, torch.zeros_like(field), affine, affine.inverse(), grid, affine[:3, 3],
        convert_to_mu=False,
    )  # fmt: skip
    row_spacing, column_spacing = detector.pixel_spacing
    k_inv = make_k_inv(pose.sdd, column_spacing, row_spacing, 0, 0, *scene.size)

    def picture(frames):
        count = len(frames)
        sdd = torch.full((count,), float(pose.sdd))
        return render(
            subject, k_inv.expand(count, 3, 3), frames, sdd, *scene.size, n_samples=samples
        )[:, 0]

    yield _torch_contender(f"nanodrr, {samples}", scene, picture)


def _torch_contender(name, scene, picture):
    import torch

    weight = torch.from_numpy(pattern(scene.size))

    def frames(views):
        return torch.tensor(world_from_camera(scene, views), dtype=torch.float32)

    def render(views):
        with torch.no_grad():
            return picture(frames(views)).numpy()

    def shift_gradient():
        leaf = frames(1).requires_grad_()
        (picture(leaf) * weight).mean().backward()
        return leaf.grad[0, :3, 3].numpy()

    return Contender(name, render, shift_gradient)


def rtk(scene, samples):
    """RTK's Joseph forward projector."""
    import itk
    from itk import RTK as toolkit  # noqa: N811

    picture_type = itk.Image[itk.F, 3]
    volume = itk.image_from_array(scene.field)
    volume.SetOrigin(scene.affine[:3, 3].tolist())

    def render(views):
        geometry = toolkit.ThreeDCircularProjectionGeometry.New()
        for frame in world_from_camera(scene, views):
            pose, _ = scene.view(0)
            along, down, beam, source = frame[:3].T.tolist()
            center = np.add(source, np.multiply(pose.sdd, beam)).tolist()
            geometry.AddProjection(source, center, along, down)
        stack = toolkit.ConstantImageSource[picture_type].New()
        rows, columns = scene.size
        spacing = scene.view(0)[1].pixel_spacing
        stack.SetSize([columns, rows, views])
        stack.SetSpacing([spacing[1], spacing[0], 1.0])
        stack.SetOrigin([-(columns - 1) / 2 * spacing[1], -(rows - 1) / 2 * spacing[0], 0.0])
        joseph = toolkit.JosephForwardProjectionImageFilter[picture_type, picture_type].New()
        joseph.SetGeometry(geometry)
        joseph.SetInput(0, stack.GetOutput())
        joseph.SetInput(1, volume)
        joseph.Update()
        return itk.array_from_image(joseph.GetOutput())

    yield Contender("RTK Joseph", render)
