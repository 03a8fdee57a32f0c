#!/usr/bin/env python3
"""Filters with Ray Data: every worker asks the same daemon, so duplicates are found across workers.

  ray_data.py data.jsonl kept_directory --id-column id [--corpus NAME]

The daemon is on this machine. For a cluster start one with `thresher serve --listen HOST:PORT`, and
give `--address HOST:PORT`, with the token in THRESHER_TOKEN on each node.
"""

import argparse

import ray.data
import thresher


def keep_rows(batch, keep):
    """The rows of a batch (a pandas frame) that the corpus keeps."""
    return batch[keep({name: batch[name].tolist() for name in batch})]


def kept(source, corpus, id_column, address=None):
    """The dataset that is left."""
    # It pickles without a connection; each worker makes its own.
    keep = thresher.keep(corpus, id_column=id_column, address=address)
    return ray.data.read_json(source).map_batches(
        keep_rows, fn_kwargs={"keep": keep}, batch_format="pandas", batch_size=1024
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--id-column", required=True)
    parser.add_argument("--corpus", default="sft")
    parser.add_argument("--address")
    options = parser.parse_args()
    kept(options.source, options.corpus, options.id_column, options.address).write_json(options.target)


if __name__ == "__main__":
    main()
