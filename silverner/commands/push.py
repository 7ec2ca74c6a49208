"""Publish a corpus folder on the Hugging Face Hub: ``silverner push FOLDER --repo-id org/name``.

The folder is checked, one commit is made on what is there, read back, and tagged with the version. Readers see the
release before or this one, never half of it; whatever happens, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser.

    :param parser: The parser.
    """
    parser.add_argument("folder", type=Path, help="a folder that silverner build wrote")
    parser.add_argument("--repo-id", required=True, metavar="ORG/NAME", help="dataset repository; made if need be")
    parser.add_argument("--endpoint", metavar="URL", help="address of the Hub (default: HF_ENDPOINT)")
    parser.add_argument("--private", action="store_true", help="make a new repository private")
    parser.add_argument("--branch", default="main", help="branch to publish on (default: %(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written and deleted, and stop")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Publish.

    :param options: As :func:`add_options` gives them.
    :raises SilvernerError: when the folder has faults, or the Hub refuses or is out of reach.
    """
    from datetime import UTC, datetime

    from silverner.dataset_cards.check import check_folder
    from silverner.dataset_cards.publishing import Hub, prepare, publish
    from silverner.projection.errors import DataError, UsageError

    if options.repo_id.count("/") != 1 or options.repo_id.startswith("/") or options.repo_id.endswith("/"):
        raise UsageError(f"--repo-id {options.repo_id!r} is not of the form org/name")
    findings = check_folder(options.folder)
    if findings:
        for finding in findings:
            _tell(str(finding))
        raise DataError(
            f"{options.folder} has {len(findings)} faults, and nothing was published; see them again with "
            f"silverner check {options.folder}"
        )
    hub = Hub(options.repo_id, endpoint=options.endpoint, private=options.private)
    today = datetime.now(tz=UTC).date().isoformat()
    ready = prepare(options.folder, hub, branch=options.branch, date=today)
    for line in ready.plan.lines():
        _tell(line)
    if ready.advice:
        _tell(f"note: {ready.advice}")
    if options.dry_run:
        return
    if not options.yes and not ready.plan.empty and not _agreed(options.repo_id):
        raise UsageError("nothing was published; say --yes where nobody can be asked")
    outcome = publish(ready, hub, branch=options.branch, say=_tell)
    if not outcome.committed and not outcome.tagged:
        _tell(f"nothing has changed: {options.repo_id} {outcome.tag} is what this folder holds")
    first = next(iter(ready.release.languages))
    sys.stdout.write(f'load_dataset("{options.repo_id}", "{first}", revision="{outcome.tag}")\n')


def _agreed(repo: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"Publish on {repo}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
