"""Name every released file with its hash, and what the release was made of."""

from advieskloof import io, jobs, manifest

with jobs.logged(snakemake):
    content = {
        "files": manifest.hashes(snakemake.input.files),
        "config": snakemake.params.config,
        "delivered": snakemake.params.delivered,
        "beside": snakemake.params.beside,
        "code": snakemake.params.code_state,
        "lock": manifest.hashes([snakemake.input.lock]),
        "versions": manifest.versions(),
    }
    io.write_json(content, snakemake.output.manifest)
