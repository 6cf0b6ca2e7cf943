"""Make reference/synthetic_truth.json anew, by `make truth`: minutes, and no part of a run."""

from advieskloof import io
from advieskloof.sources.synthetic.parameters import load
from advieskloof.sources.synthetic.truth import truth, write

if __name__ == "__main__":
    write(truth(load()), io.package_file("reference/synthetic_truth.json"))
