"""The page on strategies and methods of adaptation."""

from __future__ import annotations

from collections.abc import Mapping

from reference.commands import help_of
from reference.markdown import code, codes, page, prose, table
from silverner.students.adapt.methods import METHODS
from silverner.students.strategies import STRATEGIES
from silverner.students.strategies.option import Option, TakesOptions, takers_of


def students_page() -> str:
    """Describe every strategy and every method of adaptation, with the options of its own."""
    strategies = dict(STRATEGIES.items())
    return page(
        "Strategies and adaptation",
        "What a student learns from, and how a model is specialised before. The options that all of them share "
        "are those of [`silverner train`](commands.md#silverner-train) and "
        "[`silverner adapt`](commands.md#silverner-adapt).",
        "## Strategies",
        "`silverner train STRATEGY`",
        table(
            ["strategy", "its own options", "what the student learns"],
            [(code(name), _flags(one), prose(one.summary)) for name, one in strategies.items()],
        ),
        _options(strategies),
        "## Methods of adaptation",
        "`silverner adapt METHOD`",
        table(
            ["method", "epochs", "its own options", "what becomes of the model"],
            [(code(name), f"{one.epochs:g}", _flags(one), prose(one.summary)) for name, one in METHODS.items()],
        ),
        _options(METHODS),
    )


def _flags(taker: type[TakesOptions]) -> str:
    return codes(one.flag for one in taker.options().values())


def _options(takers: Mapping[str, type[TakesOptions]]) -> str:
    """Describe the options of all takers, each once."""
    rows = [
        (code(option.flag), codes(those), codes(option.choices), _default(option), help_of(option.help, option.default))
        for option, those in takers_of(takers.items()).items()
    ]
    return table(["option", "of", "values", "default", "meaning"], rows)


def _default(option: Option) -> str:
    return "" if option.default in (None, (), False) else code(option.default)
