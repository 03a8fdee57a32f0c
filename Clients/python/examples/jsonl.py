#!/usr/bin/env python3
"""Writes the rows worth training on as JSONL, for axolotl, LLaMA-Factory and their like.

  jsonl.py data.jsonl kept.jsonl [--corpus NAME]

and prints what to put into their settings. Rows of `instruction`, `input`, `output` are "alpaca" to
both, rows of `conversations` "sharegpt", rows of `messages` "chat_template". An id is the line that a
row stands in, so that a second run gives the same file.
"""

import argparse
import json
import os

import thresher


def rows(path):
    """Each row with its line as id."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield {**json.loads(line), "__line__": f"{os.path.basename(path)}:{number}"}


def write_kept(source, target, corpus_name):
    """The counts, and the keys of the rows."""
    keys = set()
    with thresher.connect() as client, open(target, "w", encoding="utf-8") as file:
        stream = client.corpus(corpus_name).filter(
            rows(source),
            id_column="__line__",
            progress=None,
            on_error=lambda position, example, error: print(f"left out: {error}"),
        )
        for row in stream:
            del row["__line__"]
            keys |= set(row)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return stream.counts, keys


def settings(target, keys):
    """A stanza for axolotl, and one for LLaMA-Factory's dataset_info.json."""
    if "instruction" in keys:
        axolotl, factory = "alpaca", {}
    elif "conversations" in keys:
        axolotl, factory = "chat_template\n    field_messages: conversations", {"formatting": "sharegpt"}
    else:
        axolotl, factory = (
            "chat_template",
            {
                "formatting": "sharegpt",
                "columns": {"messages": "messages"},
                "tags": {
                    "role_tag": "role",
                    "content_tag": "content",
                    "user_tag": "user",
                    "assistant_tag": "assistant",
                },
            },
        )
    path = os.path.abspath(target)
    return (
        f"datasets:\n  - path: {path}\n    ds_type: json\n    type: {axolotl}\n",
        json.dumps({"kept": {"file_name": path, **factory}}, indent=2),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--corpus", default="sft")
    options = parser.parse_args()
    counts, keys = write_kept(options.source, options.target, options.corpus)
    axolotl, factory = settings(options.target, keys)
    print(f"{counts.kept} of {counts.read} rows are kept: {dict(counts.reasons)}\n")
    print(f"axolotl:\n{axolotl}\nLLaMA-Factory, data/dataset_info.json:\n{factory}")


if __name__ == "__main__":
    main()
