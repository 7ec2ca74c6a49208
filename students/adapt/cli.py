"""The command ``adapt``: its options, and what it runs. Imports nothing heavy before it runs."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from silverner.projection.errors import UsageError, nearest
from silverner.projection.text.display import json_text, readable
from silverner.students.adapt.methods import METHODS
from silverner.students.adapt.settings import DEFAULT_HELD_OUT, DEFAULT_SPLIT, AdaptationSettings
from silverner.students.learning_options import add_learning_options, given_settings
from silverner.students.strategies.option import positive_count, refuse_options_of_others, takers_of

if TYPE_CHECKING:
    from silverner.students.adapt.adaptation import Adaptation
    from silverner.students.adapt.adaptation_text import AdaptationText
    from silverner.students.adapt.method import AdaptationMethod
    from silverner.students.adapt.student_adaptation import StudentAdaptation

DEFAULTS = AdaptationSettings()
ADVISE = "advise"
"""What stands in the place of a method to ask which one fits."""


def add_adapt(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``adapt``.

    :param parser: The command.
    """
    add = parser.add_argument
    add("method", metavar="METHOD", help=f"one of {', '.join(METHODS)}; or {ADVISE}: which of them, and why")
    add("--model", required=True, help="what is adapted: an encoder or tagger, a folder or an id on the Hub")
    add("--text", type=Path, metavar="FILE", help="text of the language, without labels: lines, or any corpus format")
    add(
        "--data",
        metavar="CORPUS",
        help="or the target side of a corpus: a folder, an id on the Hub, or a labelled file",
    )
    add("--lang", metavar="CODE", required=True, help="the language: how text is split, or the configuration of --data")
    add("--split", default=DEFAULT_SPLIT, help="split of --data (default: %(default)s)")
    add("--out", type=Path, metavar="FOLDER", help="the adapted model (default: adapted-CODE-METHOD-SEED)")
    add_adaptation_settings(parser)
    add("--device", choices=["auto", "cpu", "cuda"], default="auto", help="where it computes (default: %(default)s)")
    add("--json", action="store_true", help="print the results as JSON")
    _add_options_of_methods(parser)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    lines = (f"  {name:<13} {method.summary}" for name, method in METHODS.items())
    parser.epilog = "\n".join(["methods, and what becomes of the model:", *lines])


def _add_options_of_methods(parser: argparse.ArgumentParser) -> None:
    """Add the options that single methods take."""
    takers = takers_of(METHODS.items())
    for option, names in takers.items():
        option.add_to(parser, names)
    parser.set_defaults(takers=takers)


def add_adaptation_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a model is trained on masked words.

    :param parser: The command.
    """
    add = parser.add_argument
    add(
        "--held-out",
        type=float,
        default=DEFAULT_HELD_OUT,
        metavar="SHARE",
        help="of sentences to choose the epoch by (default: %(default)s)",
    )
    add("--seed", type=int, default=0, help="of masks, order, dropout and a new head (default: %(default)s)")
    by_method = ", ".join(f"{name} {method.epochs:g}" for name, method in METHODS.items())
    epochs = f"at most; 0 makes only the method's change (default: {by_method})"
    add_learning_options(parser, DEFAULTS, learner="model", epochs=epochs, measurements="epochs")
    add("--rate-new", type=float, help=f"that of new subwords and of a new head (default: {DEFAULTS.rate_new})")
    add("--length", type=positive_count, help=f"subwords of the longest window (default: {DEFAULTS.length})")
    add("--mask", type=float, metavar="SHARE", help=f"of subwords that are masked (default: {DEFAULTS.mask})")
    add("--mask-names", type=float, metavar="SHARE", help="of the subwords of projected entities (default: as --mask)")
    add("--freeze-embeddings", action="store_true", default=None, help="keep embeddings only: faster, less memory")
    add("--lora", type=positive_count, metavar="RANK", help="train small matrices beside the layers, at --rate-new")


def run_adapt(options: argparse.Namespace) -> None:
    """Adapt a model.

    :param options: The parsed options of ``adapt``.
    :raises SilvernerError: when an option cannot be meant, or the model cannot be adapted.
    """
    from silverner.students.dependencies import require_student_packages, silence_libraries

    require_student_packages()
    from silverner.students.adapt.adaptation import adapt_model
    from silverner.students.training.progress import ProgressBars

    silence_libraries()
    if options.method == ADVISE:
        _advise(options)
        return
    plan = plan_from_options(options)
    out = options.out or Path(f"adapted-{options.lang}-{options.method}-{plan.settings.seed}")
    with ProgressBars() as bars:
        results = adapt_model(plan, out, progress=bars.of(f"{options.lang} {options.method}"))
    if options.json:
        sys.stdout.write(json_text(results) + "\n")
        return
    sys.stdout.write(readable(f"Written to {out}. Use it: silverner train STRATEGY --model {out} ...\n"))


def _advise(options: argparse.Namespace) -> None:
    """Say which method fits model and text."""
    from silverner.students.adapt.advice_report import advice_text, report_advice
    from silverner.students.adapt.methods.lapt import Lapt

    refuse_options_of_others(options, "method")
    if options.out is not None:
        raise UsageError(f"{ADVISE} writes nothing, so it has no use for --out")
    settings = settings_from_options(options, Lapt())
    report = report_advice(
        options.model, _read_text(options), settings, repeated=_repeated_options(options), device=options.device
    )
    sys.stdout.write(json_text(report) + "\n" if options.json else readable(advice_text(report)))


def _repeated_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return what is given of text and training, by its flag, for a command that repeats it."""
    names = ["model", "text", "data", *(["split"] if options.data is not None else []), "lang"]
    names += [field.name for field in fields(AdaptationSettings) if getattr(options, field.name) != field.default]
    return {
        f"--{name.replace('_', '-')}": getattr(options, name) for name in names if getattr(options, name) is not None
    }


def plan_from_options(options: argparse.Namespace) -> Adaptation:
    """Make the plan of the parsed options.

    :param options: Those of ``adapt``.
    :returns: The plan; its text is read.
    :raises SilvernerError: when an option cannot be meant, or the text cannot be read.
    """
    from silverner.students.adapt.adaptation import Adaptation

    method = method_from_options(options)
    settings = settings_from_options(options, method)
    return Adaptation(
        method=method,
        model=options.model,
        text=_read_text(options),
        settings=settings,
        held_out=options.held_out,
        device=options.device,
    )


def method_from_options(
    options: argparse.Namespace, *, allowed: Iterable[str] = (*METHODS, ADVISE)
) -> AdaptationMethod:
    """Make the method with its options.

    :param options: The parsed command line; ``method`` is its name.
    :param allowed: What may stand in its place, for the message.
    :returns: The method.
    :raises UsageError: when there is none of the name, or another method takes an option that is given.
    """
    if options.method not in METHODS:
        raise UsageError(f"no method is called {options.method!r}; {nearest(options.method, allowed)}")
    refuse_options_of_others(options, "method")
    method = METHODS[options.method]
    return method(**{field: option.value_in(options, options.lang) for field, option in method.options().items()})


class _OptionsOfStudent(argparse.ArgumentParser):
    """The options of ``adapt`` inside the option ``--adapt`` of a student; an error is raised, not printed."""

    def error(self, message: str) -> NoReturn:
        """Raise, so that the message can name the option."""
        raise UsageError(message)


def adaptation_of_student(words: str, language: str, text: Path | None) -> StudentAdaptation:
    """Read what ``--adapt`` of a student says: a method, and options of ``silverner adapt`` behind it.

    :param words: Such as ``lapt --epochs 5``.
    :param language: The language of the student.
    :param text: A text to adapt to, instead of that of the corpus.
    :returns: How the model of the student is adapted.
    :raises UsageError: when they cannot be meant.
    """
    from silverner.students.adapt.student_adaptation import StudentAdaptation

    parser = _OptionsOfStudent(add_help=False, allow_abbrev=False)
    parser.add_argument("method")
    parser.set_defaults(lang=language)
    add_adaptation_settings(parser)
    _add_options_of_methods(parser)
    try:
        options = parser.parse_args(shlex.split(words))
        if options.method == ADVISE:
            raise UsageError(f"{ADVISE} is no method and changes no model; ask it before: silverner adapt {ADVISE}")
        method = method_from_options(options, allowed=METHODS)
        settings = settings_from_options(options, method)
        return StudentAdaptation(method=method, settings=settings, held_out=options.held_out, text=text)
    except (UsageError, ValueError) as error:
        raise UsageError(f'--adapt "{words}": {error}; write it as in --adapt "lapt --epochs 5"') from error


def settings_from_options(options: argparse.Namespace, method: AdaptationMethod) -> AdaptationSettings:
    """Take the settings that are given; the others are as by default.

    :param options: The parsed command line.
    :param method: Says how long is trained by default.
    :returns: The settings.
    :raises UsageError: when a number cannot be.
    """
    return AdaptationSettings(**{"epochs": method.epochs, **given_settings(options, AdaptationSettings)})


def _read_text(options: argparse.Namespace) -> AdaptationText:
    from silverner.students.adapt.adaptation_text import text_of_corpus, text_of_file
    from silverner.students.corpus import load_corpus

    if options.text is not None and options.data is not None:
        raise UsageError("--text and --data both name the text of the language; give one of them")
    if options.text is None and options.data is None:
        raise UsageError("adapt needs a text of the language: --text FILE, or --data CORPUS for the target side of one")
    if options.text is not None:
        if options.split != DEFAULT_SPLIT:
            raise UsageError(f"--split {options.split} is for --data; a file of --text has no splits")
        return text_of_file(options.text, options.lang)
    corpus = load_corpus(options.data, options.lang, split=options.split)
    return text_of_corpus(corpus, options.data, options.lang, split=options.split)
