"""Name every private table, and the release manifest, with its hash."""

from advieskloof import io, jobs, manifest

with jobs.logged(snakemake.log[0]):
    io.write_json({"files": manifest.hashes(snakemake.input.files)}, snakemake.output.manifest)
