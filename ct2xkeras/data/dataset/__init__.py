"""Cases to records, records to shards, shards to a data set that can be checked."""
