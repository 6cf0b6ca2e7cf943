"""How long a national cohort takes to read, and how much memory, beside a plain read of the file.

    PYTHONPATH=src .venv/bin/python benchmarks/read_delivery.py [pupils]

Each reading runs in a process of its own. Plain is pandas (read_csv, read_fwf, read_parquet) or
pyreadstat.read_sav for SPSS, which hold the whole table and check nothing.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from advieskloof import schemas
from advieskloof.sources import mapped_files, mapping

PUPILS = 185_000
# By kind: seconds for PUPILS rows, on two cores.
SECONDS = {"csv": 3.0, "asc": 3.0, "parquet": 3.0, "sav": 5.0}
PEAK = 1024
FILLERS = 6
COLUMNS = [*schemas.PUPILS.schema.columns, *(f"other_{i}" for i in range(FILLERS))]
# Characters of each field of the fixed-width file.
WIDTH = 10
FORMATS = {
    "csv": {"kind": "csv", "separator": ",", "encoding": "utf-8", "decimal": "."},
    "asc": {
        "kind": "fixed_width",
        "encoding": "cp1252",
        "decimal": ".",
        "fields": {name: [WIDTH * i, WIDTH * (i + 1)] for i, name in enumerate(COLUMNS)},
    },
    "parquet": {"kind": "parquet"},
    "sav": {"kind": "spss", "values": "codes"},
}
PLAIN = {
    "csv": pd.read_csv,
    "asc": lambda path: pd.read_fwf(path, widths=[WIDTH] * len(COLUMNS), header=None),
    "parquet": pd.read_parquet,
    "sav": lambda path: pyreadstat.read_sav(path)[0],
}


def choose(generator, values, n):
    return pd.Series(generator.choice(np.array(values, dtype=object), n), dtype=object)


def cohort(n):
    """Made pupils: the 24 columns of PUPILS and 6 that no rule uses."""
    generator = np.random.default_rng(2022)
    codes = ["20", "22", "30", "34", "42", "44", "60", "61", "70"]
    schools = [f"{number:04d}AB00" for number in range(6500)]
    made = {
        "pupil_id": pd.Series([f"{number:09d}" for number in range(n)], dtype=object),
        "cohort": np.full(n, 2022),
        "school_id": choose(generator, schools, n),
        "board_id": choose(generator, [str(number) for number in range(40000, 40900)], n),
        "school_type": choose(generator, ["bo", "sbo"], n),
        "test_provider": choose(generator, ["IEP", "ROUTE8", "DIA"], n),
        "test_score": generator.integers(50, 101, n).astype(float),
        "test_score_se": generator.uniform(2, 4, n).round(2),
        "test_status": choose(generator, ["taken"], n),
        "parental_education": choose(generator, ["hbo", "wo", "mbo2", "unknown"], n),
        "sex": choose(generator, ["boy", "girl"], n),
        "migration_background": choose(generator, ["NL", "TR", "MA", "other"], n),
        "income_quintile": choose(generator, list("12345"), n),
        "school_weight": generator.uniform(20, 40, n).round(2),
        "corop": choose(generator, [f"CR{number:02d}" for number in range(1, 41)], n),
        "municipality": choose(generator, [f"GM{number:04d}" for number in range(350)], n),
        "urbanity": choose(generator, list("12345"), n),
        "weight": np.ones(n),
    }
    made |= {f"level_{x}": choose(generator, ["1F", "2F"], n) for x in ("reading", "language")}
    made |= {"level_maths": choose(generator, ["1F", "1S"], n)}
    made |= {f"{x}_advice": choose(generator, codes, n) for x in ("initial", "test", "adjusted")}
    made |= {f"other_{i}": generator.integers(0, 100, n) for i in range(FILLERS)}
    return pd.DataFrame(made)[COLUMNS]


def rules(kind):
    return mapping.parse(
        {
            "delivery": "made",
            "format": FORMATS[kind],
            "missing": [""],
            "other_columns": "ignore",
            "advice_detail": "codes",
            "pupils": {name: {"column": name} for name in schemas.PUPILS.schema.columns},
            "enrolments": [],
        }
    )


def ours(path):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        read = rules(path.suffix[1:])
        tables = out / "p.parquet", out / "e.parquet"
        counts = mapped_files.read_deliveries([(read, [path])], *tables, {})
    return int(counts["pupils"].sum())


def plain(path):
    return len(PLAIN[path.suffix[1:]](path))


def measure(how, path):
    """Print wall seconds, peak memory in MiB and rows as JSON; runs in a child process."""
    start = time.perf_counter()
    rows = {"ours": ours, "plain": plain}[how](Path(path))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "rows": rows}))


def in_a_child(*arguments):
    """Run a step elsewhere; a child starts with its parent's peak, so this process stays small."""
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def measured(how, path):
    return json.loads(in_a_child("--measure", how, path))


def write(n, path):
    table = cohort(int(n))
    path = Path(path)
    match path.suffix:
        case ".csv":
            table.to_csv(path, index=False)
        case ".asc":
            padded = (table[name].astype(str).str.ljust(WIDTH) for name in COLUMNS)
            path.write_text("".join(f"{''.join(row)}\n" for row in zip(*padded, strict=True)))
        case ".parquet":
            table.to_parquet(path, index=False)
        case ".sav":
            pyreadstat.write_sav(table, path, row_compress=True)


def main(n):
    print(f"{'file':<7} {'pupils':>8} {'ours s':>7} {'plain s':>8} {'ratio':>6} "
          f"{'ours MiB':>9} {'plain MiB':>10}")  # fmt: skip
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, limit in SECONDS.items():
            for times in (1, 4):
                path = Path(folder) / f"made.{kind}"
                in_a_child("--write", n * times, path)
                our, other = measured("ours", path), measured("plain", path)
                ratio = our["seconds"] / other["seconds"]
                print(f"{kind:<7} {our['rows']:>8} {our['seconds']:>7.2f} {other['seconds']:>8.2f} "
                      f"{ratio:>6.2f} {our['peak']:>9.0f} {other['peak']:>10.0f}")  # fmt: skip
                if times == 1 and n <= PUPILS and our["seconds"] > limit:
                    missed.append(f"{kind}: more than {limit:g} s")
                if our["peak"] > PEAK:
                    missed.append(f"{kind}: more than {PEAK} MiB at {our['rows']} pupils")
    sys.exit("\n".join(missed) or None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    elif sys.argv[1:2] == ["--write"]:
        write(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else PUPILS)
