"""The reference of the documentation, made from the code: a module a page, and the table of pages here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reference.commands import commands_page
from reference.engines import engines_page
from reference.filters import filters_page
from reference.formats import formats_page
from reference.languages import languages_page
from reference.methods import methods_page
from reference.python import python_page
from reference.recipe import recipe_page
from reference.recipes import recipes_page
from reference.rows import rows_page
from reference.score import score_page
from reference.students import students_page

PAGES: Mapping[str, Callable[[], str]] = {
    "recipe.md": recipe_page,
    "methods.md": methods_page,
    "engines.md": engines_page,
    "filters.md": filters_page,
    "score.md": score_page,
    "students.md": students_page,
    "commands.md": commands_page,
    "rows.md": rows_page,
    "formats.md": formats_page,
    "recipes.md": recipes_page,
    "languages.md": languages_page,
    "python.md": python_page,
}
"""What makes each page, by its file in the folder ``reference``."""
