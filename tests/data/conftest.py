from data_samples import dataset, make_spec, real_data, sources  # noqa: F401
