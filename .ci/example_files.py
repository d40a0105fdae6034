"""Writes a phantom CT (ct.nii.gz) and a simulated radiograph (xray.png) into a folder."""

import sys
from pathlib import Path

import nibabel as nib

from ct2xkeras.data.phantoms import make_phantom
from ct2xkeras.geometry import CArmPose, Detector
from ct2xkeras.pictures import write_png16
from ct2xkeras.projection.physics import RadiographSettings, simulate_radiograph

folder = Path(sys.argv[1])
folder.mkdir(parents=True)
patient = make_phantom(1001)
nib.save(nib.Nifti1Image(patient.hu.transpose(2, 1, 0), patient.affine), folder / "ct.nii.gz")
pose, detector = CArmPose(0, 0, sdd=1500, sod=1200), Detector(256, 256, (1.4, 1.4))
radiograph = simulate_radiograph(make_phantom(1002), pose, detector, RadiographSettings(), 0)
write_png16(folder / "xray.png", radiograph)
