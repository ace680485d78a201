"""Writes verbs.py and results.py from what the engine says of itself, so that no name is spelled twice.

usage: generate.py FOLDER_OF_CORE OUTPUT_FOLDER

Verbs and their options come from the command line's own parser, results from the JSON Schemas, which come from the engine's one
list of fields. Runs while the package is built.
"""
import json
import keyword
import sys
from pathlib import Path

WRITTEN_BY_HAND = ("list", "schema", "batch")  # verbs with another shape
ANNOTATIONS = {"FLOAT": "float", "LEVEL": "float", "UINT": "int", "INT": "int", "NUMBERS": "float", "NAME=COLUMN": "Mapping[str, str]"}
EXCEPTIONS = {"tau2": "str | float"}  # a word or a number
METHODS_OF_RESULTS = ("summary", "forest", "plot_forest", "to_dict", "to_json", "to_csv", "to_svg", "to_frame")
RECORDS = """records : DataFrame, dict of columns, list of dicts, path, or bytes
        One row a study (or an arm), under the column names of the command line: `events` and `total`, `ai bi ci di`, `yi vi`, ...
        pandas and polars frames, Arrow tables and anything that exports an Arrow stream, a dict of equally long columns, an iterable
        of dicts, the path of a CSV, TSV, JSON or JSON Lines file, or the bytes of one. None, NaN and NA are empty cells. Row 2 is
        the first record, as in a file with a header."""
RAISES = """Raises
    ------
    InputError
        The records cannot be used; `problems` lists every reason with file, row, column, value and rule.
    UsageError
        An option that does not exist, or contradicts another or the data.
    NotEstimable, NotConverged
        The data determine no result.

    Formulas and sources of every method: `print(tausq.methods())`."""


def name_of(key):
    """The attribute of a key: an underscore tells it from a word of Python and from a method of all results."""
    return key + "_" if keyword.iskeyword(key) or key in METHODS_OF_RESULTS else key


def class_name(verb):
    return "".join(word.capitalize() for word in verb.replace("_", "-").split("-")) + "Result"


def quoted(text):
    return text.replace("\\", "\\\\").replace('"""', "'''")


class Classes:
    """Dataclasses of all schemas; equal definitions become one class."""

    def __init__(self):
        self.source, self.known = [], {}

    def result(self, verb, schema):
        self.definitions, self.prefix, self.names = schema["$defs"], class_name(verb)[:-6], {}
        return self.write(class_name(verb), schema, "Result")

    def define(self, name):
        """The class of $defs/name; under another name where an earlier schema has a different one."""
        if name not in self.names:
            self.names[name] = name  # a struct may hold itself
            self.names[name] = self.write(name, self.definitions[name], "ResultPart")
        return self.names[name]

    def write(self, name, schema, base):
        fields = [(key, *self.type_of(value, ("" if base == "Result" else name) + key.capitalize(), key), value.get("description", "")) for key, value in schema["properties"].items()]
        body = [f"    {name_of(key)}: {kind}{'' if key in schema['required'] else ' | None = None'}" + (f"  #: {text}" if text else "")
                for key, kind, _, text in fields]
        arguments = [f"{name_of(key)}={convert(f'data[{key!r}]' if key in schema['required'] else f'data.get({key!r})')}"
                     for key, _, convert, _ in fields]
        extra = schema["additionalProperties"]
        if extra is not False:
            base = "OpenPart"
            keys = ", ".join(repr(key) for key, *_ in fields)
            body.append(f"    extra: Mapping[str, {self.type_of(extra, name, 'extra')[0]}]  #: {extra['description']}")
            arguments.append(f"extra=MappingProxyType({{k: v for k, v in data.items() if k not in ({keys},)}})")
        if base == "Result":
            arguments.append("_answer=answer")
        signature = "data, answer" if base == "Result" else "data"
        title = schema.get("title", name)
        text = f'    """{title}"""\n\n' + "\n".join(body) + f"\n\n    @classmethod\n    def _of(cls, {signature}):\n        return cls(" + ", ".join(arguments) + ")\n"
        text = "(" + base + "):\n" + text
        if self.known.get(name, text) != text:
            name = self.prefix + name
        if name not in self.known:
            self.known[name] = text
            self.source.append(f"@dataclass(frozen=True, kw_only=True, repr={base != 'Result'})\nclass {name}{text}")
        return name

    def type_of(self, schema, place, key):
        """-> annotation, function from an expression of JSON to the expression of the value"""
        if "$ref" in schema:
            name = self.define(schema["$ref"].rsplit("/", 1)[1])
            return name, lambda x: f"{name}._of({x})"
        if "anyOf" in schema:
            kind, convert = self.type_of(schema["anyOf"][0], place, key)
            return kind + " | None", lambda x: f"None if {x} is None else {convert(x)}"
        if "enum" in schema:
            return f"Literal[{', '.join(repr(x) for x in schema['enum'])}]", str
        if "const" in schema:
            return "str", str
        kinds = schema.get("type", "object")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if "array" in kinds:
            kind, convert = self.type_of(schema["items"], place, key)
            plain = convert("x") == "x"
            made = (lambda x: f"tuple({x})") if plain else (lambda x: f"tuple({convert('x')} for x in {x})")
            if "null" in kinds:
                return f"tuple[{kind}, ...] | None", lambda x: f"None if {x} is None else {made(x)}"
            return f"tuple[{kind}, ...]", made
        if "object" in kinds and "properties" in schema:
            name = self.write(place, schema, "ResultPart")
            return name, lambda x: f"{name}._of({x})"
        if "object" in kinds:
            kind, convert = self.type_of(schema["additionalProperties"], place, key)
            return f"Mapping[str, {kind}]", lambda x: f"MappingProxyType({{k: {convert('x')} for k, x in {x}.items()}})"
        words = {"boolean": "bool", "integer": "int", "number": "float", "string": "str", "null": "None"}
        return " | ".join(words[k] for k in kinds), str


def annotation(option):
    if option["flag"]:
        return "bool"
    kind = EXCEPTIONS.get(option["name"]) or ANNOTATIONS.get(option["type"], "str")
    return f"Sequence[{kind}] | {kind}" if option["list"] and "Mapping" not in kind else kind


def function(verb, result):
    """The Python function of one verb."""
    options = [o for o in verb["options"] if o["name"].isidentifier()]
    first = ["records: Records"] if verb["records"] else []
    parameters = first + ["*"] * bool(options or True) + [f"{name_of(o['name'])}: {annotation(o)} | None = None" for o in options]
    parameters += ["source: str | None = None"] * verb["records"] + ["**more: object"]
    lines = [f"def {verb['verb'].replace('-', '_')}(", *(f"    {p}," for p in parameters[:-1]), f"    {parameters[-1]}", f") -> {result}:"]
    doc = ['    """' + quoted(verb["help"][0].upper() + verb["help"][1:]) + ".", "", "    Parameters", "    ----------"]
    doc += ["    " + RECORDS] * verb["records"]
    for o in options:
        also = f" Also `{'`, `'.join(o['aliases'])}`." if o["aliases"] else ""
        words = f" One of {o['type'].replace('|', ', ')}." if "|" in o["type"] else ""
        doc += [f"    {name_of(o['name'])} : {annotation(o)}, optional", f"        {quoted(o['help'])[:1].upper()}{quoted(o['help'])[1:]}.{words}{also}"]
    doc += ["    source : str, optional", "        Name of the records in messages and in `result.input.source`."] * verb["records"]
    doc += ["    **more", "        The same options under their other names, and keys of `result.options` of an earlier result.", "",
            "    Returns", "    -------", f"    {result}", "        Names and meanings are those of the JSON that the command line prints.", "",
            "    " + RAISES, '    """']
    given = ", ".join(f"{o['name']!r}: {name_of(o['name'])}" for o in options)
    call = f"    return call({verb['verb']!r}, {'records' if verb['records'] else 'None'}, {{{given}}}, more, {'source' if verb['records'] else 'None'}, results.{result})"
    return "\n".join(lines + doc + [call])


def main():
    sys.path.insert(0, sys.argv[1])
    import _core
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    classes, functions, exported = Classes(), [], []
    for verb in json.loads(_core.verbs()):
        if verb["verb"] in WRITTEN_BY_HAND:
            continue
        exported.append(verb["verb"].replace("-", "_"))
        try:
            schema = json.loads(_core.run("schema", "", None, json.dumps({"verb": verb["verb"]})).text("text"))
        except _core.Failure:
            functions.append(function(verb, "Result"))
            continue
        functions.append(function(verb, classes.result(verb["verb"], schema)))
    head = '"""Generated by generate.py from the engine\'s {}."""\nfrom __future__ import annotations\n\n'
    results = head.format("lists of fields") + "from collections.abc import Mapping\nfrom dataclasses import dataclass\nfrom types import MappingProxyType\n"
    results += "from typing import Literal\n\nfrom ._result import OpenPart, Result, ResultPart\n\n\n" + "\n\n".join(classes.source)
    (out / "results.py").write_text(results, encoding="utf-8")
    names = ", ".join(sorted(name for name in classes.known if name.endswith("Result")) )
    verbs = head.format("parser of options") + "from collections.abc import Mapping, Sequence\n\nfrom . import results\nfrom ._engine import call\nfrom ._records import Records\n"
    verbs += f"from ._result import Result\nfrom .results import {names}\n\n__all__ = {sorted(exported)!r}\n\n\n" + "\n\n\n".join(functions) + "\n"
    (out / "verbs.py").write_text(verbs, encoding="utf-8")


if __name__ == "__main__":
    main()
