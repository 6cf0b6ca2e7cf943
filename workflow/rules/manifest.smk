"""What a finished run left behind, by hash."""


rule write_release_manifest:
    input:
        files=RELEASED,
        lock="requirements.lock",
        code=code("write_release_manifest.py"),
    output:
        manifest="results/release/manifest.json",
    log:
        "results/logs/write_release_manifest.log",
    params:
        config=manifest.without_paths(config),
        code_state=manifest.code_state(),
    script:
        "../scripts/write_release_manifest.py"


rule write_private_manifest:
    input:
        files=[*PRIVATE_TABLES, "results/release/manifest.json"],
        code=code("write_private_manifest.py"),
    output:
        manifest="results/private/manifest.json",
    log:
        "results/logs/write_private_manifest.log",
    script:
        "../scripts/write_private_manifest.py"
