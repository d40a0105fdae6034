"""Linear attenuation of X-rays from Hounsfield units, at one energy.

A CT states attenuation relative to water at the effective energy of its own beam, about 70 keV. A
radiograph's beam is softer; at 60 keV, the mean energy of a filtered 100 kVp beam, bone stands out
more against water than the CT says. Above 0 HU the line therefore runs through cortical bone
(ICRU-44), below through air and water: the bilinear map usual in radiotherapy.

Mass attenuation coefficients: NIST, Hubbell and Seltzer, "X-Ray Mass Attenuation Coefficients"
(NISTIR 5632), tables for liquid water and for cortical bone (ICRU-44).
"""

from keras import ops

WATER = 0.02059  # 1/mm at 60 keV: 0.2059 cm2/g at 1.00 g/cm3
CORTICAL_BONE = 0.06044  # 1/mm at 60 keV: 0.3148 cm2/g at 1.92 g/cm3
CORTICAL_BONE_HU = 1593.0  # the same bone in a CT of 70 keV: 1000 (0.5023 / 0.1937 - 1)


def attenuation_from_hu(hu):
    """Attenuation in 1/mm at 60 keV, float32, of Hounsfield units of any shape and type."""
    hu = ops.cast(hu, "float32")
    soft = WATER * (1 + ops.minimum(hu, 0.0) / 1000)
    hard = (CORTICAL_BONE - WATER) / CORTICAL_BONE_HU * ops.maximum(hu, 0.0)
    return ops.maximum(soft, 0.0) + hard
