"""The page on methods."""

from __future__ import annotations

from reference.markdown import code, codes, page, prose, table
from silverner.builders.methods.table import METHODS


def methods_page() -> str:
    """Describe every method: what it is made from, and the keys it needs and takes."""
    rows = [
        (code(name), codes(method.needs), codes(method.takes), prose(method.summary_for()))
        for name, method in METHODS.items()
    ]
    return page(
        "Methods",
        "The key `method` of a recipe says how a corpus is made. *Source* is the language that labels come from, "
        "*target* the language they go to. `source.files` is text of the source.",
        table(["method", "needs these keys", "may have these keys", "what it makes"], rows),
        "Every method may also have the keys that are not about the making of labels, such as `license`, `splits`, "
        "`filters` and `keep`: [all keys](recipe.md).",
    )
