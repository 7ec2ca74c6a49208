"""Looks at a corpus: one page for a browser with its sentences, its figures, and what differs between two corpora.

:mod:`~silverner.dataset_cards.view.corpus` reads a folder, :mod:`~silverner.dataset_cards.view.contents` chooses what
the page holds, and :mod:`~silverner.dataset_cards.view.page` writes it. The template, the style and the program of the
page are the files of the folder ``page``.
"""

REPORT = "report.html"
"""The page of a corpus folder. It is not published."""
