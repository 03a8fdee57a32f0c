#!/usr/bin/env python3
"""Filters with Spark: every task asks the same daemon, so duplicates are found across partitions.

  spark.py data.jsonl kept_directory --id-column id [--corpus NAME]

The daemon is on this machine. For a cluster start one with `thresher serve --listen HOST:PORT`, and
give `--address HOST:PORT`, with the token in THRESHER_TOKEN on each executor.
"""

import argparse

import thresher
from pyspark.sql import SparkSession


def kept(frame, corpus, id_column, address=None):
    """The rows that are left, with the same schema."""
    # It pickles without a connection; each task makes its own.
    keep = thresher.keep(corpus, id_column=id_column, address=address)

    def keep_rows(batches):
        for batch in batches:
            yield batch[keep({name: batch[name].tolist() for name in batch})]

    return frame.mapInPandas(keep_rows, frame.schema)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--id-column", required=True)
    parser.add_argument("--corpus", default="sft")
    parser.add_argument("--address")
    options = parser.parse_args()
    spark = SparkSession.builder.appName("thresher").getOrCreate()
    kept(spark.read.json(options.source), options.corpus, options.id_column, options.address).write.json(
        options.target
    )


if __name__ == "__main__":
    main()
