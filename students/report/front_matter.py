"""The front matter of a student's card, by the Hub's own schema of model cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

METRICS = {"f1": "strict F1", "precision": "strict precision", "recall": "strict recall"}


def front_matter(results: Mapping[str, Any]) -> str:
    """Write the front matter of a student's card.

    :param results: What ``results.json`` holds.
    :returns: YAML that ends with a line end, without its fences.
    """
    made_from = results["made_from"]
    measured = list(_eval_results(results))
    data = ModelCardData(
        language=made_from["language"],
        license=made_from["license"],
        library_name="transformers",
        pipeline_tag="token-classification",
        tags=["silverner", "projected-silver", "named-entity-recognition", results["strategy"]],
        base_model=made_from["base_model"],
        datasets=made_from["datasets"] or None,
        model_name=f"{results['model']}-{results['strategy']}-{results['language']}" if measured else None,
        eval_results=measured or None,
    )
    return data.to_yaml().rstrip("\n") + "\n"


def _eval_results(results: Mapping[str, Any]) -> Iterator[EvalResult]:
    """Make the measured results of ``model-index``: fractions, as the Hub has them."""
    for kind, scores in results["scores"].items():
        for name, title in METRICS.items():
            yield EvalResult(
                task_type="token-classification",
                task_name="Named entity recognition",
                dataset_type=results["gold"][kind],
                dataset_name=results["gold"][kind],
                dataset_config=results["language"],
                dataset_split=kind,
                metric_type=name,
                metric_name=title,
                metric_value=round(scores[name] / 100, 4),
            )
