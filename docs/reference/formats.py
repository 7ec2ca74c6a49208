"""The page on formats of corpora."""

from __future__ import annotations

from reference.markdown import code, codes, first_sentence, page, prose, table
from silverner.builders.recipe.sections import TextSection
from silverner.projection.readers.formats import READERS
from silverner.projection.readers.reader import Reader


def formats_page() -> str:
    """Describe every format that a corpus can have."""
    return page(
        "Formats of corpora",
        "The values of `format:` in a recipe and of `--format`. `auto` finds the format from the ending of the file or "
        "from its first lines. The [how-to page](../how-to/formats.md) has examples.",
        table(
            ["format", "what messages call it", "endings", "labels", "keys of its own", "what it reads"],
            [_row(name, reader) for name, reader in READERS.items()],
        ),
    )


def _row(name: str, reader: Reader) -> tuple[str, ...]:
    endings = codes([*reader.suffixes, *reader.text_suffixes])
    labels = "yes" if reader.has_labels else "no"
    return (
        code(name),
        prose(reader.title),
        endings,
        labels,
        codes(sorted(reader.keys & TextSection.model_fields.keys())),
        first_sentence(reader),
    )
