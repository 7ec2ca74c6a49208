"""Publish a corpus folder on the Hugging Face Hub: ``silverner push FOLDER --repo-id org/name``.

The command checks the folder, makes one commit, reads it back, and tags it with the version. Readers see the old
release or the new one, never half of it. After any trouble, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from silverner.commands.shared import write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("folder", type=Path, help="a folder that silverner build wrote")
    parser.add_argument(
        "--repo-id", required=True, metavar="ORG/NAME", help="dataset repository; created if there is none"
    )
    parser.add_argument("--endpoint", metavar="URL", help="address of the Hub (default: HF_ENDPOINT)")
    parser.add_argument("--private", action="store_true", help="make a new repository private")
    parser.add_argument("--branch", default="main", help="branch to publish on (default: %(default)s)")
    parser.add_argument(
        "--prune", action="store_true", help="delete files from the branch that silverner did not write; it lists them"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be written and deleted, and stop")
    parser.add_argument("--yes", action="store_true", help="do not ask before publishing")


def run(options: argparse.Namespace) -> None:
    """Publish a corpus folder.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the folder has faults, or the Hub refuses or is out of reach.
    """
    from datetime import UTC, datetime

    from silverner.dataset_cards.check import check_folder
    from silverner.dataset_cards.hub.repository import REPO_ID
    from silverner.dataset_cards.publishing import Hub, prepare, publish
    from silverner.projection.chain.files import remove_temporaries
    from silverner.projection.errors import DataError, UsageError

    if not REPO_ID.fullmatch(options.repo_id):
        raise UsageError(f"--repo-id {options.repo_id!r} does not have the form org/name")
    remove_temporaries(options.folder)
    findings = check_folder(options.folder)
    if findings:
        for finding in findings:
            _write_note(str(finding))
        raise DataError(
            f"{options.folder} has {len(findings)} faults, so nothing was published; mend them and check again: "
            f"silverner check {options.folder}"
        )
    hub = Hub(options.repo_id, endpoint=options.endpoint, private=options.private)
    today = datetime.now(tz=UTC).date().isoformat()
    prepared = prepare(options.folder, hub, branch=options.branch, date=today, prune=options.prune)
    for line in prepared.plan.lines():
        _write_note(line)
    if prepared.advice:
        _write_note(f"note: {prepared.advice}")
    if options.dry_run:
        return
    if not options.yes and not prepared.plan.empty and not _user_agrees(options.repo_id):
        raise UsageError("nothing was published; give --yes where nobody can answer the question")
    outcome = publish(prepared, hub, branch=options.branch, say=_write_note)
    if not outcome.committed and not outcome.tagged:
        _write_note(f"nothing has changed: {options.repo_id} {outcome.tag} holds the same as this folder")
    first = next(iter(prepared.release.languages))
    write_line(f'load_dataset("{options.repo_id}", "{first}", revision="{outcome.tag}")')


def _user_agrees(repo: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"Publish on {repo}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _write_note(line: str) -> None:
    sys.stderr.write(line + "\n")
