"""The page that a build writes into the folder of a corpus."""

from __future__ import annotations

from pathlib import Path

from silverner.dataset_cards.view import REPORT
from silverner.dataset_cards.view.corpus import ViewedCorpus
from silverner.dataset_cards.view.page import write_page
from silverner.projection.paths import refuse_links

REPORT_ROWS = 2000
"""The most rows of such a page, over all languages."""


def write_report(folder: Path) -> Path:
    """Write the page of a corpus folder, with a sample of its rows.

    :param folder: A corpus folder.
    :returns: The page.
    :raises SilvernerError: when the corpus cannot be read, or there is another file in the place of the page.
    """
    refuse_links(folder, REPORT)
    page = folder / REPORT
    write_page(page, [ViewedCorpus.of_folder(folder)], most_rows=REPORT_ROWS)
    return page
