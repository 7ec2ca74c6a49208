"""Strategies: what a student learns from. One file a strategy, and one line of the table here.

Other packages add strategies through the entry point group ``silverner.strategies``: see
:mod:`silverner.students.strategies.strategy`. Nothing heavy is imported here.
"""

from __future__ import annotations

from silverner.projection.registry import Registry, subclass_of
from silverner.students.strategies.option import Option, option
from silverner.students.strategies.strategy import Strategy, TrainedModel, TrainOnce

DECLARED = ("name", "summary", "card_sentence")
"""What every strategy must say of itself."""


def _check_strategy(loaded: object) -> type[Strategy]:
    """Refuse what is no strategy, or does not say what it is."""
    strategy = subclass_of(Strategy)(loaded)
    missing = [name for name in DECLARED if not isinstance(getattr(strategy, name, None), str)]
    if missing:
        raise TypeError(f"the class {strategy.__name__} has no text {' and '.join(missing)}")
    return strategy


STRATEGIES: Registry[type[Strategy]] = Registry(
    "strategy",
    "silverner.strategies",
    {
        "transfer": "silverner.students.strategies.transfer:Transfer",
        "hard": "silverner.students.strategies.hard:Hard",
        "soft": "silverner.students.strategies.soft:Soft",
        "multi": "silverner.students.strategies.multi:Multi",
        "agree": "silverner.students.strategies.agree:Agree",
        "unitrans": "silverner.students.strategies.unitrans:Unitrans",
        "ensemble": "silverner.students.strategies.ensemble:Ensemble",
        "self-train": "silverner.students.strategies.self_train:SelfTrain",
        "denoise": "silverner.students.strategies.denoise:Denoise",
        "colada": "silverner.students.strategies.colada:Colada",
        "prototype": "silverner.students.strategies.prototype:Prototype",
        "consistency": "silverner.students.strategies.consistency:Consistency",
        "loop": "silverner.students.strategies.loop:Loop",
    },
    accepts=_check_strategy,
)


def plugin_facts(strategy: Strategy) -> dict[str, str]:
    """Name the package that adds a strategy, for results and signatures.

    :param strategy: The strategy.
    :returns: ``{"plugin": "package version"}``; nothing for our own, and for a class that is in no table.
    """
    return STRATEGIES.signature(strategy.name) if strategy.name in STRATEGIES else {}


__all__ = ["STRATEGIES", "Option", "Strategy", "TrainOnce", "TrainedModel", "option", "plugin_facts"]
