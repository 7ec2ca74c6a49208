"""What all builders share: a real ``datasets`` builder, fed by the chain's shard store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import datasets
import pyarrow as pa

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.steps import taught
from silverner.builders.rows import ROWS_VERSION, Layout, features_for, to_rows
from silverner.builders.sources import EvaluationText
from silverner.projection.chain import DROP, Chain, SentenceSource, ShardStore, Stage, signature
from silverner.projection.chain.runner import Progress
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
    """Turns a finished chain into splits; each subclass is one way of making a corpus.

    A subclass gives the source, and the stages that bring target tokens and, with :func:`aligned` where there is an
    alignment, their entities; filters and files are the same for all. ``translation`` names the text its translator
    made, ``detokenized`` the one it was made from, ``labelled`` the one its labels are read from or found in, ``lost``
    the columns of what got lost on the way.
    """

    BUILDER_CONFIG_CLASS = SilverConfig
    translation: ClassVar[str] = "target"
    detokenized: ClassVar[str] = "source"
    labelled: ClassVar[str] = "source"
    lost: ClassVar[tuple[str, ...]] = ("projected.lost",)
    _chain: Chain

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
        """Say which columns the rows have."""
        recipe = request.recipe
        evidence = recipe.evidence
        keeps = recipe.labeller is not None and recipe.labeller.distribution
        return Layout(
            source="source" in evidence,
            links="links" in evidence,
            unknown=cls.translation if "translator" in evidence else None,
            confidence="labeller" in evidence,
            distribution=cls.labelled if keeps else None,
            teachers=recipe.teachers is not None,
            markers="markers" in evidence,
        )

    @classmethod
    def chain(cls, request: BuildRequest, store: ShardStore, **options: Any) -> Chain:
        """Put the whole chain of a corpus together.

        :param request: What is asked for.
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
        )
        source = cls.source(request)
        stages = [*cls.stages(request), *taught(request)]
        stages += filter_stages(filters, context, stages=stages)
        flag = Flag(
            filters,
            without=recipe.keep.without,
            roles=TextRoles(translation=cls.translation, detokenized=cls.detokenized),
            lost=cls.lost,
            available=[*source.outputs, *(column for stage in stages for column in stage.outputs)],
        )
        return Chain(source, [*stages, flag], store, **options)

    @classmethod
    def of_chain(cls, chain: Chain, request: BuildRequest, *, cache: Path) -> Self:
        """Make the builder of a chain that has run.

        The cache is keyed by the signature of the last stage, so two recipes never share one.

        :param chain: The chain.
        :param request: What was asked for.
        :param cache: Folder for the library's Arrow files.
        :returns: A builder for ``download_and_prepare`` and ``as_dataset``.
        """
        builder = cls(
            cache_dir=str(cache),
            dataset_name=request.recipe.name,
            config_name=request.config,
            hash=corpus_signature(chain),
            version=request.recipe.version,
            labels=request.recipe.labels,
            layout=cls.layout(request),
        )
        builder._chain = chain
        return builder

    @classmethod
    def from_order(cls, request: BuildRequest, store: ShardStore, *, progress: Progress | None = None) -> Self:
        """Run the chain of a corpus and make its builder.

        :param request: What is asked for.
        :param store: Where finished work lies.
        :param progress: Called as work gets done.
        :returns: A builder for ``download_and_prepare`` and ``as_dataset``.
        """
        chain = cls.chain(request, store, progress=progress)
        chain.run()
        return cls.of_chain(chain, request, cache=store.root / "datasets")

    def _info(self) -> datasets.DatasetInfo:
        features = features_for(self.config.labels, self.config.layout)
        return datasets.DatasetInfo(features=features, version=self.config.version)

    def _split_generators(self, dl_manager: Any) -> list[datasets.SplitGenerator]:
        """One generator a split that keeps at least one sentence: train, validation, test, then any others."""
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
        for number, table in enumerate(self._chain.tables(layout.columns())):
            rows = to_rows(table, split, self.info.features, layout)
            if rows.num_rows:
                yield number, rows


def corpus_signature(chain: Chain) -> str:
    """Name everything that decides the published rows of a language.

    :param chain: A chain that has run.
    :returns: 16 hexadecimal digits.
    """
    return signature([chain.signatures, ROWS_VERSION])


def _split_order(split: str) -> tuple[int, str]:
    usual = ("train", "validation", "test")
    return (usual.index(split) if split in usual else len(usual), split)
