"""What notebooks call: the pipeline's own functions on tables in memory (docs/api.md).

Nothing is estimated here. Pupils go through temporary Parquet files that only their owner may read
and that are gone when a function returns.
"""
