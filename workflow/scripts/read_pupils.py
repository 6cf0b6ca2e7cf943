"""Read delivered pupil records through their mappings."""

from advieskloof import jobs
from advieskloof.sources import mapped_files, mapping

with jobs.logged(snakemake) as log:
    deliveries = [
        (mapping.load(delivery["mapping"]), delivery["files"])
        for delivery in snakemake.params.deliveries
    ]
    counts = mapped_files.read_deliveries(
        deliveries,
        snakemake.output.pupils,
        snakemake.output.enrolments,
        snakemake.params.unverified,
    )
    log.info("%d pupils, %d enrolments", counts["pupils"].sum(), counts["enrolments"].sum())
