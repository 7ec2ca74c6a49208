"""Reads JSON and YAML that a stranger may have written: bounded in size and depth, and every fault named."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.parsing.json_text import parse_json, read_json
    from silverner.projection.parsing.text_file import read_text
    from silverner.projection.parsing.yaml_text import compose_yaml, dump_yaml, parse_yaml

__all__ = ["compose_yaml", "dump_yaml", "parse_json", "parse_yaml", "read_json", "read_text"]

__getattr__ = names_on_demand(
    __name__,
    {
        "json_text": ("parse_json", "read_json"),
        "text_file": ("read_text",),
        "yaml_text": ("compose_yaml", "dump_yaml", "parse_yaml"),
    },
)
