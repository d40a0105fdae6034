from data_samples import torso

from ct2xkeras.data.ct.slices import slice_pictures


def marked(*axes):
    """A torso whose upper half along some axes (z, y, x: to head, front, right) is dense bone."""
    hu = torso(table=False)
    hu[tuple(slice(n // 2, None) if a in axes else slice(None) for a, n in enumerate(hu.shape))] = (
        1000
    )
    return slice_pictures(hu, (10, 8, 8), [n // 2 for n in hu.shape], 64)


def halves(picture):
    """Mean of the upper and of the left half less that of the other half."""
    rows, columns = (n // 2 for n in picture.shape)
    return (
        picture[:rows].mean() - picture[-rows:].mean(),
        picture[:, :columns].mean() - picture[:, -columns:].mean(),
    )


def test_slices_hang_as_in_the_clinic():
    axial, coronal, sagittal = (0, 1, 2)
    assert halves(marked(0)[coronal])[0] > 0.5  # head up
    assert halves(marked(0)[sagittal])[0] > 0.5
    assert halves(marked(1)[axial])[0] > 0.5  # front up, or at the left
    assert halves(marked(1)[sagittal])[1] > 0.5
    assert halves(marked(2)[axial])[1] > 0.5  # the patient's right at the left
    assert halves(marked(2)[coronal])[1] > 0.5


def test_slices_have_the_proportions_of_their_mm():
    shapes = [picture.shape for picture in marked()]
    assert shapes == [(64 * 40 // 48, 64), (round(64 * 240 / 384), 64), (round(64 * 240 / 320), 64)]
