from data_samples import dataset, make_spec, plain_dataset, real_data, sources  # noqa: F401
