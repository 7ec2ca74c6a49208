"""The base of all builders: a ``datasets`` builder that reads the shards of a chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import datasets
import pyarrow as pa

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.steps import teacher_stages
from silverner.builders.rows import ROWS_VERSION, Layout, features_for, to_rows
from silverner.builders.sources import EvaluationText
from silverner.dataset_cards.corrections import Corrections
from silverner.projection.chain import DROP, Chain, SentenceSource, ShardStore, Stage, signature
from silverner.projection.chain.progress import Progress
from silverner.projection.errors import DataError
from silverner.projection.filters import FilterContext
from silverner.projection.filters.chosen import choose_filters, filter_stages
from silverner.projection.stages import Flag, TextRoles


@dataclass
class SilverConfig(datasets.BuilderConfig):  # type: ignore[misc]  # datasets has no types
    """One language of one corpus."""

    labels: tuple[str, ...] = ()
    layout: Layout = field(default_factory=Layout)


class SilverBuilder(datasets.ArrowBasedBuilder):  # type: ignore[misc]  # datasets has no types
    """Turns a finished chain into splits; each subclass is one method.

    A subclass gives the source of the sentences, and the stages up to their projected entities. Filters and files are
    the same for all methods.

    ``translated_text`` is the text that a translator wrote, and ``detokenized_text`` the one it read. ``labelled_text``
    is the text whose entities come from people or from a labeller. ``lost_columns`` hold the entities that got lost.
    """

    BUILDER_CONFIG_CLASS = SilverConfig
    translated_text: ClassVar[str] = "target"
    detokenized_text: ClassVar[str] = "source"
    labelled_text: ClassVar[str] = "source"
    lost_columns: ClassVar[tuple[str, ...]] = ("projected.lost",)
    _chain: Chain
    _corrections: Corrections | None

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return where the sentences come from."""
        raise NotImplementedError

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the stages up to the projected entities."""
        raise NotImplementedError

    @classmethod
    def layout(cls, request: BuildRequest) -> Layout:
        """Return which columns the rows have."""
        recipe = request.recipe
        evidence = recipe.evidence
        has_distribution = recipe.labeller is not None and recipe.labeller.distribution
        return Layout(
            source="source" in evidence,
            links="links" in evidence,
            unknown=cls.translated_text if "translator" in evidence else None,
            confidence="labeller" in evidence,
            distribution=cls.labelled_text if has_distribution else None,
            teachers=recipe.teachers is not None,
            markers="markers" in evidence,
            corrections=request.corrections is not None,
        )

    @classmethod
    def chain(cls, request: BuildRequest, store: ShardStore, **options: Any) -> Chain:
        """Make the whole chain of a corpus.

        :param request: What is to be built.
        :param store: Where finished work lies.
        :param options: Further options of :class:`~silverner.projection.chain.Chain`.
        :returns: The chain, not yet run.
        """
        recipe = request.recipe
        filters = choose_filters(recipe.filters)
        context = FilterContext(
            language=request.language,
            thresholds={chosen.name: chosen.threshold for chosen in filters},
            evidence=recipe.evidence,
            evaluation=[EvaluationText(text, request.base, language=request.language) for text in recipe.evaluation],
            judge=engines.judge(request),
        )
        source = cls.source(request)
        stages = [*cls.stages(request), *teacher_stages(request)]
        stages += filter_stages(filters, context, stages=stages)
        flag = Flag(
            filters,
            without=recipe.keep.without,
            roles=TextRoles(translation=cls.translated_text, detokenized=cls.detokenized_text),
            lost=cls.lost_columns,
            available=[*source.outputs, *(column for stage in stages for column in stage.outputs)],
        )
        return Chain(source, [*stages, flag], store, **options)

    @classmethod
    def from_chain(cls, chain: Chain, request: BuildRequest, *, cache: Path) -> Self:
        """Make the builder of a chain that has run.

        The cache is keyed by the signature of the last stage, so two recipes never share one.

        :param chain: The chain.
        :param request: What was to be built.
        :param cache: Folder for the library's Arrow files.
        :returns: A builder for ``download_and_prepare`` and ``as_dataset``.
        """
        builder = cls(
            cache_dir=str(cache),
            dataset_name=request.recipe.name,
            config_name=request.config,
            hash=corrected_signature(corpus_signature(chain), request.corrections),
            version=request.recipe.version,
            labels=request.recipe.labels,
            layout=cls.layout(request),
        )
        builder._chain, builder._corrections = chain, request.corrections
        return builder

    @classmethod
    def from_request(cls, request: BuildRequest, store: ShardStore, *, progress: Progress | None = None) -> Self:
        """Run the chain of a corpus and make its builder.

        :param request: What is to be built.
        :param store: Where finished work lies.
        :param progress: Called as work gets done.
        :returns: A builder for ``download_and_prepare`` and ``as_dataset``.
        """
        chain = cls.chain(request, store, progress=progress)
        chain.run()
        return cls.from_chain(chain, request, cache=store.root / "datasets")

    def download_and_prepare(self, *args: Any, **options: Any) -> None:
        """Write the library's Arrow files anew: they have no hashes, so those of an earlier run are never used."""
        super().download_and_prepare(*args, **{"download_mode": "force_redownload", **options})

    def _info(self) -> datasets.DatasetInfo:
        features = features_for(self.config.labels, self.config.layout)
        return datasets.DatasetInfo(features=features, version=self.config.version)

    def _split_generators(self, dl_manager: Any) -> list[datasets.SplitGenerator]:
        """Return the splits with at least one sentence: train, validation, test, then any others."""
        splits: set[str] = set()
        dropped: Counter[str] = Counter()
        for table in self._chain.tables(["split"]):
            for split, reason in zip(*(table.column(c).to_pylist() for c in ("split", DROP)), strict=True):
                if reason is None:
                    splits.add(split)
                else:
                    dropped[reason] += 1
        if not splits:
            why = ", ".join(f"{number} {reason}" for reason, number in dropped.most_common()) or "the text is empty"
            raise DataError(
                f"{self.config.name}: no sentence is left ({why}); see what the engines make of the text with "
                "--limit 10, or drop fewer flags under keep: in the recipe"
            )
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"split": split})
            for split in sorted(splits, key=_split_order)
        ]

    def _generate_tables(self, split: str) -> Iterator[tuple[int, pa.Table]]:
        """Yield the kept rows of a split, shard by shard."""
        layout = self.config.layout
        for number, table in enumerate(self._chain.tables(layout.columns(), step=f"rows of {split}")):
            rows = to_rows(table, split, self.info.features, layout, corrections=self._corrections)
            if rows.num_rows:
                yield number, rows


def corpus_signature(chain: Chain) -> str:
    """Sign everything that decides the published rows of a language, as the program makes them.

    :param chain: A chain that has run.
    :returns: 16 hexadecimal digits.
    """
    return signature([chain.signatures, ROWS_VERSION])


def corrected_signature(uncorrected: str, corrections: Corrections | None) -> str:
    """Sign the rows of a language with what people corrected.

    :param uncorrected: The signature of the rows as the program makes them.
    :param corrections: The corrections, if there are any.
    :returns: 16 hexadecimal digits.
    """
    return uncorrected if corrections is None else signature([uncorrected, corrections.sha256])


def _split_order(split: str) -> tuple[int, str]:
    usual = ("train", "validation", "test")
    return (usual.index(split) if split in usual else len(usual), split)
