#!/usr/bin/env python3
"""Writes `thresher/wire.py`: the types of the wire, from `Protocol/openrpc.json`.

python3 generate_wire.py            write it
python3 generate_wire.py --check    exit 1 if it is not what would be written
"""

from __future__ import annotations

import argparse
import json
import keyword
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "Protocol" / "openrpc.json"
TARGET = HERE / "thresher" / "wire.py"

HEAD = '''"""The types of the wire. Made by `generate_wire.py` from `Protocol/openrpc.json`: do not edit.

What the server sends may have more members than are named here.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union
'''

# Members of these unions are told apart by what is in them, which Python's types cannot say.
OPEN = {"Example", "Message", "Messages", "SpokenMessage", "Conversation", "TextOrMessages"}


class Writer:
    """Collects definitions; an object schema inside another gets a name of its own."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas
        self.parts: list[str] = []
        self.names: list[str] = []
        self.done: set[str] = set()

    def add(self, name: str, text: str) -> None:
        self.names.append(name)
        self.parts.append(text)

    def type(self, schema: Any, name: str) -> str:
        """The Python type of a schema; `name` is for an object that needs a name."""
        if schema is True or schema == {}:
            return "Any"
        if "$ref" in schema:
            reference = schema["$ref"].rpartition("/")[2]
            self.define(reference)
            return reference
        if "const" in schema:
            value = schema["const"]
            return "List[str]" if isinstance(value, list) else f"Literal[{value!r}]"
        if "enum" in schema:
            return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]"
        if "anyOf" in schema and "type" not in schema:
            members = []
            for number, item in enumerate(schema["anyOf"], 1):
                kind = self.type(item, f"{name}{number if self.isObject(item) and number > 1 else ''}")
                if kind not in members:
                    members.append(kind)
            return members[0] if len(members) == 1 else f"Union[{', '.join(members)}]"
        kind = schema.get("type")
        if kind == "array":
            return f"List[{self.type(schema.get('items', True), name + 'Item')}]"
        if kind == "object":
            if schema.get("properties"):
                self.object(name, schema)
                return name
            values = schema.get("additionalProperties", True)
            return f"Dict[str, {self.type(values, name + 'Value') if values else 'Any'}]"
        simple = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
        return simple.get(kind, "Any")

    @staticmethod
    def isObject(schema: Any) -> bool:
        return isinstance(schema, dict) and schema.get("type") == "object"

    def object(self, name: str, schema: dict[str, Any]) -> None:
        if name in self.done:
            return
        self.done.add(name)
        required = set(schema.get("required", ()))
        fields = {
            key: self.type(value, name + key[:1].upper() + key[1:])
            for key, value in schema["properties"].items()
        }
        needed = {key: kind for key, kind in fields.items() if key in required}
        other = {key: kind for key, kind in fields.items() if key not in required}
        document = schema.get("description")
        if any(keyword.iskeyword(key) for key in fields):
            # A member that is a word of Python: the other way to write a class. It has no bases.
            body = "".join(f'    "{key}": "{kind}",\n' for key, kind in fields.items())
            self.add(name, f'{name} = TypedDict("{name}", {{\n{body}}}, total=False)\n')
            return
        text, base, total = "", "TypedDict", ""
        if needed and other:
            text += f"class _{name}(TypedDict):\n"
            text += "".join(f"    {key}: {kind}\n" for key, kind in needed.items()) + "\n\n"
            base = f"_{name}"
        if other:
            total = ", total=False"
        text += f"class {name}({base}{total}):\n"
        if document:
            text += f'    """{document}"""\n\n'
        text += "".join(f"    {key}: {kind}\n" for key, kind in (other or needed).items())
        self.add(name, text)

    def define(self, name: str) -> None:
        if name in self.done:
            return
        schema = self.schemas[name]
        if name in OPEN:
            self.done.add(name)
            self.add(name, f"{name} = Any\n")
        elif schema.get("type") == "object" and schema.get("properties"):
            self.object(name, schema)
        else:
            self.done.add(name)
            self.add(name, f"{name} = {self.type(schema, name)}\n")


def class_name(method: str) -> str:
    words = method.lstrip("$/").replace("/", " ").split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def generate() -> str:
    description = json.loads(SOURCE.read_text(encoding="utf-8"))
    writer = Writer(description["components"]["schemas"])
    for name in ("Reason", "Verdict", "Verdicts", "Settings", "SettingsChange", "Error"):
        writer.define(name)
    for method in description["methods"]:
        schema = method.get("result", {}).get("schema", {})
        if Writer.isObject(schema):
            writer.type(schema, class_name(method["name"]) + "Result")
    methods = [method["name"] for method in description["methods"]]
    codes = description["components"]["errors"]
    text = HEAD + "\n\n" + "\n\n\n".join(part.rstrip("\n") for part in writer.parts)
    text += "\n\n\nMETHODS = (\n" + "".join(f'    "{name}",\n' for name in methods) + ")\n"
    text += "\nERROR_CODES = {\n"
    text += "".join(f'    "{snake(name)}": {error["code"]},\n' for name, error in codes.items()) + "}\n"
    return text


def snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; say whether it is current")
    options = parser.parse_args()
    text = generate()
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} is not current: run generate_wire.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
