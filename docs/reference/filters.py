"""The page on filters."""

from __future__ import annotations

from reference.markdown import code, codes, first_sentence, page, prose, table
from silverner.builders.methods.table import METHODS
from silverner.projection.filters import FILTERS, Filter


def filters_page() -> str:
    """Describe every filter."""
    rows = [
        (code(name), prose(rule.says.format("`threshold`")), f"{rule.default:g}", _needs(rule), first_sentence(rule))
        for name, rule in FILTERS.items()
    ]
    return page(
        "Filters",
        "A filter deletes nothing. It writes its name into the `flags` of a sentence, and the manifest counts it. "
        "`keep: {without: [...]}` in a recipe names the flags that drop a sentence.",
        "```yaml\nfilters: {lost-entity: 0, weak-entity: 0.5}   # name: threshold\nkeep: {without: [lost-entity]}\n```",
        table(["filter", "flags a sentence when", "default threshold", "needs", "looks for"], rows),
    )


def _needs(rule: Filter) -> str:
    """Say which methods or keys a filter needs."""
    needs = ["the key `evaluation`"] if rule.uses_evaluation else []
    needs += ["the key `judge`"] if rule.uses_judge else []
    if rule.evidence == "labeller":
        needs.append("a `labeller`")
    elif rule.evidence is not None:
        methods = [name for name, method in METHODS.items() if rule.evidence in method.evidence]
        needs.append(f"{'methods' if len(methods) > 1 else 'method'} {codes(methods)}")
    return "; ".join(needs) or "nothing"
