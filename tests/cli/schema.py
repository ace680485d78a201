"""A validator for the part of JSON Schema 2020-12 that the project's own schemas use. An unknown keyword is an error."""
import math
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "default", "examples", "$comment"}


def is_type(value, name):
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if name == "integer":
        return is_type(value, "number") and value == int(value)
    return isinstance(value, TYPES[name])


def resolve(reference, root):
    node = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        node = node[part] if part else node
    return node


def check_object(value, schema, root, at):
    known = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield f"{at}: {key} is missing"
    for key, item in value.items():
        if key in known:
            yield from errors(item, known[key], root, f"{at}.{key}")
        else:
            extra = schema.get("additionalProperties", True)
            if extra is False:
                yield f"{at}: {key} is not in the schema"
            elif isinstance(extra, dict):
                yield from errors(item, extra, root, f"{at}.{key}")


def check_array(value, schema, root, at):
    fixed = schema.get("prefixItems", [])
    for i, item in enumerate(value):
        rule = fixed[i] if i < len(fixed) else schema.get("items", True)
        if isinstance(rule, dict):
            yield from errors(item, rule, root, f"{at}[{i}]")
    if len(value) < schema.get("minItems", 0) or len(value) > schema.get("maxItems", math.inf):
        yield f"{at}: {len(value)} items"


def check_number(value, schema, at):
    if value < schema.get("minimum", -math.inf) or value > schema.get("maximum", math.inf):
        yield f"{at}: {value} is out of range"
    if value <= schema.get("exclusiveMinimum", -math.inf) or value >= schema.get("exclusiveMaximum", math.inf):
        yield f"{at}: {value} is out of range"


KNOWN = ANNOTATIONS | {"$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf", "properties", "required", "additionalProperties", "prefixItems", "items",
                       "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern"}


def errors(value, schema, root=None, at="$"):
    """One line for every place where `value` does not follow `schema`."""
    root = schema if root is None else root
    for keyword in schema.keys() - KNOWN:
        yield f"{at}: the schema uses {keyword}, which this validator does not know"
    if "$ref" in schema:
        yield from errors(value, resolve(schema["$ref"], root), root, at)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_type(value, k) for k in kinds):
        yield f"{at}: {value!r} is not of type {' or '.join(kinds)}"
        return
    if "enum" in schema and value not in schema["enum"] or "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not one of {schema.get('enum', [schema.get('const')])}"
    for keyword, enough in (("anyOf", lambda n, of: n > 0), ("oneOf", lambda n, of: n == 1), ("allOf", lambda n, of: n == of)):
        if keyword in schema:
            fitting = sum(not any(errors(value, s, root, at)) for s in schema[keyword])
            if not enough(fitting, len(schema[keyword])):
                yield f"{at}: fits {fitting} of the {len(schema[keyword])} schemas of {keyword}"
    if isinstance(value, dict):
        yield from check_object(value, schema, root, at)
    elif isinstance(value, list):
        yield from check_array(value, schema, root, at)
    elif is_type(value, "number"):
        yield from check_number(value, schema, at)
    elif isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
