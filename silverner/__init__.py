"""Projected silver NER corpora: translate, label, align, match, publish.

The installed package is this folder. ``projection``, ``builders``, ``dataset_cards`` and ``students`` inside it are
links to the folders of the same name beside it, so that every tool finds ``silverner.projection`` where Python does;
``scoreboard`` is a link to ``benchmarks/scoreboard``.
"""
