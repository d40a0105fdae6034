"""What `ct2xkeras.data` does to CTs and radiographs, in TensorFlow: it travels with the model.

    components      connected parts of masks
    body            twin of `ct2xkeras.data.ct.body`
    grid            twin of `to_model_volume`
    borders         twin of `ct2xkeras.data.xray.borders`
    radiographs     twin of `prepare_radiograph`

Constants are those of the twins, and tests compare both.
"""
