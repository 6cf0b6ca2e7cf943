"""What a finished release holds, by hash, and what it was made of."""


rule write_manifest:
    input:
        files=RELEASED,
        lock="requirements.lock",
        code=code("write_manifest.py"),
    output:
        manifest="results/release/manifest.json",
    log:
        "results/logs/write_manifest.log",
    params:
        config=manifest.without_paths(config),
        delivered=manifest.delivered(config),
        beside=manifest.beside(config),
        code_state=manifest.code_state(),
    script:
        "../scripts/write_manifest.py"
