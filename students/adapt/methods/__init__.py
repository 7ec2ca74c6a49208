"""Methods of adaptation: one file a method, and one line of the table here. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping

from silverner.students.adapt.method import AdaptationMethod
from silverner.students.adapt.methods.focus import Focus
from silverner.students.adapt.methods.lapt import Lapt
from silverner.students.adapt.methods.transliterate import Transliterate
from silverner.students.adapt.methods.vocabulary import Vocabulary

METHODS: Mapping[str, type[AdaptationMethod]] = {
    method.name: method for method in (Lapt, Vocabulary, Focus, Transliterate)
}
"""Every method by its name, in the order of the help."""
