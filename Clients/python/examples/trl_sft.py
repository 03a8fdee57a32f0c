#!/usr/bin/env python3
"""Fine-tunes with TRL's SFTTrainer on what is worth it.

  trl_sft.py data.jsonl --model NAME_OR_DIRECTORY --output DIRECTORY [--corpus NAME]

The rows are in one of TRL's shapes (`messages`, `prompt` and `completion`, `text`). Duplicates, low
scores and empty phrases are gone before the trainer sees them. On several ranks each filters the same
rows of the same corpus, and gets the same: what one has judged replays for the others.
"""

import argparse

import thresher
import thresher.datasets
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer


def train(data: str, model: str, output: str, corpus_name: str, **settings):
    """The trainer, when it has trained."""
    dataset = load_dataset("json", data_files=data, split="train")
    with thresher.connect() as client:
        corpus = client.corpus(corpus_name)
        counts = corpus.prepare(dataset)
        print(f"{counts.kept} of {counts.read} rows are kept: {dict(counts.reasons)}")
        kept = thresher.datasets.filter(dataset, corpus)
    trainer = SFTTrainer(model=model, train_dataset=kept, args=SFTConfig(output_dir=output, **settings))
    trainer.train()
    return trainer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--model", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--corpus", default="sft")
    options = parser.parse_args()
    train(options.data, options.model, options.output, options.corpus)


if __name__ == "__main__":
    main()
