"""Publishes a release on the Hub: one commit, a comparison of every file, then the tag."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.facts import MANIFEST
from silverner.dataset_cards.hub.client import TRIES
from silverner.dataset_cards.hub.failures import ConflictError, HubError, UnsureError
from silverner.dataset_cards.hub.repository import Refs, RemoteFile, Repository
from silverner.dataset_cards.publishing.earlier_files import earlier_files
from silverner.dataset_cards.publishing.plan import HUB_FILES, LocalFile, Plan, local_files, make_plan, planned_file
from silverner.dataset_cards.publishing.release_files import addressed_files, copied_files
from silverner.dataset_cards.release.difference import Difference, compare, numbers
from silverner.dataset_cards.release.history import CHANGELOG, updated_changelog
from silverner.dataset_cards.release.release import Release, open_release
from silverner.projection.chain.files import write_text
from silverner.projection.errors import OutputError, SilvernerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of publishing.

    :param commit: The commit that holds the release.
    :param tag: Its tag.
    :param committed: Whether a commit was made.
    :param tagged: Whether the tag was made.
    """

    commit: str
    tag: str
    committed: bool
    tagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRelease:
    """A folder that is prepared for publishing.

    :param release: Its release.
    :param local: The files that the repository will hold.
    :param texts: Files that are written again for the repository, by name.
    :param plan: What the commit will do.
    :param advice: The version that the changes need, where the version of the folder is too low.
    """

    release: Release
    local: Mapping[str, LocalFile]
    texts: Mapping[str, bytes]
    plan: Plan
    advice: str | None = None


def prepare(folder: Path, hub: Repository, *, branch: str, date: str, prune: bool = False) -> PreparedRelease:
    """Compare a folder with a repository, and plan the release; nothing is written.

    :param folder: A corpus folder that has been checked.
    :param hub: The repository.
    :param branch: The branch to publish on.
    :param date: The day, for the changelog.
    :param prune: Delete files of other people from the branch; without it only those of an earlier release.
    :returns: What :func:`publish` will do.
    :raises SilvernerError: when this version is already published with other content, the repository holds something
        else, or the Hub cannot be read.
    """
    release = Release.of_folder(folder)
    tag = f"v{release.version}"
    refs = hub.refs()
    head = _head(refs, branch)
    remote = hub.files(head) if head is not None else {}
    _refuse_other_repository(hub, remote)
    published_card = hub.read(CARD, head) if head is not None and CARD in remote else None
    texts = addressed_files(folder, hub.repo, published_card=published_card)
    local = local_files(folder) | {name: planned_file(folder / name, text) for name, text in texts.items()}
    removable: Collection[str] = remote if prune else _earlier_files(hub, head, remote)
    unchanged = not _written(local, remote)
    if refs is not None and tag in refs.tags:
        _refuse_other_content(hub, refs.tags[tag], local, release, tag)
    advice, history = None, hub.read(CHANGELOG, head) if head is not None and CHANGELOG in remote else b""
    if not (history and unchanged):
        existing_branch = branch if refs is not None and branch in refs.branches else None
        since = _since(release, hub, head, branch=existing_branch) if head is not None and MANIFEST in remote else None
        history = updated_changelog(history.decode("utf-8", "replace") or None, release, since, date=date).encode()
        advice = None if since is None else since.advice()
    texts[CHANGELOG] = history
    local[CHANGELOG] = planned_file(folder / CHANGELOG, history)
    plan = make_plan(local, remote, parent=head, tag=tag, removable=removable)
    return PreparedRelease(release=release, local=local, texts=texts, plan=plan, advice=advice)


def publish(
    prepared: PreparedRelease, hub: Repository, *, branch: str, say: Callable[[str], None] = lambda line: None
) -> Outcome:
    """Publish a prepared release. Readers always see either the old release or the new one, never a half of it.

    What is published is a consistent copy. Manifest, card and changelog of the folder are written when the branch
    holds them, in an order that leaves a sound folder behind wherever the program is killed. The tag comes last.

    :param prepared: What :func:`prepare` returned.
    :param hub: The repository.
    :param branch: The branch to publish on.
    :param say: Receives a line for every step.
    :returns: The commit and the tag.
    :raises SilvernerError: when somebody else has pushed, the Hub refuses, or the network fails again and again.
    """
    with tempfile.TemporaryDirectory(prefix="silverner-") as scratch:
        written = prepared.local if prepared.plan.parent is None else prepared.plan.write
        copies = copied_files(prepared.local, written, prepared.texts, Path(scratch))
        head, committed = _write_branch(replace(prepared, local=copies), hub, branch, say)
    for name in (CHANGELOG, CARD, MANIFEST):
        write_text(prepared.local[name].path, prepared.texts[name].decode("utf-8"))
    tag = prepared.plan.tag
    tagged = _tag(hub, tag, head, prepared.release)
    return Outcome(commit=head, tag=tag, committed=committed, tagged=tagged)


def _write_branch(
    prepared: PreparedRelease, hub: Repository, branch: str, say: Callable[[str], None]
) -> tuple[str, bool]:
    """Make the commit, unless the branch holds its files already; return the head, and whether it is a new one."""
    plan = prepared.plan
    plan = replace(plan, write={name: prepared.local[name] for name in plan.write})
    committed = False
    head = plan.parent
    if head is None:
        say(f"creating {hub.repo}")
        hub.create()
        head, initial_files = _new_repository(hub, branch)
        plan = make_plan(prepared.local, initial_files, parent=head, tag=plan.tag, removable=())
    if not plan.empty:
        say(f"writing {len(plan.write)} files, deleting {len(plan.delete)}, in one commit")
        head = _commit(hub, plan, prepared.local, branch)
        committed = True
    say("reading back")
    _verify(hub, head, prepared.local, plan.delete)
    return head, committed


def _written(local: Mapping[str, LocalFile], remote: Mapping[str, RemoteFile]) -> list[str]:
    """List the files that a commit must write, without the changelog, because it changes with the date."""
    return [n for n, file in local.items() if n != CHANGELOG and not (n in remote and file.equals(remote[n]))]


def _earlier_files(hub: Repository, head: str | None, remote: Mapping[str, RemoteFile]) -> frozenset[str]:
    """List the files in the repository that belong to an earlier release."""
    return frozenset() if head is None or MANIFEST not in remote else earlier_files(hub.read(MANIFEST, head))


def _head(refs: Refs | None, branch: str) -> str | None:
    """Find the parent of the next commit: the head of the branch, or of main for a new branch."""
    if refs is None:
        return None
    return refs.branches.get(branch) or refs.branches.get("main")


def _new_repository(hub: Repository, branch: str) -> tuple[str, dict[str, RemoteFile]]:
    """Read a repository that was just created."""
    refs = hub.refs()
    head = _head(refs, branch)
    if head is None:
        raise HubError(f"{hub.repo} was created, but has no branch yet; run the same command again")
    return head, hub.files(head)


def _refuse_other_repository(hub: Repository, remote: Mapping[str, RemoteFile]) -> None:
    """Refuse a repository that holds no corpus: what is in it would look like a part of this one."""
    other_files = sorted(set(remote) - HUB_FILES - {CARD})
    if other_files and MANIFEST not in remote:
        raise OutputError(
            f"{hub.repo} holds other files ({', '.join(other_files[:3])}) and no corpus of silverner; choose another "
            "--repo-id"
        )


def _refuse_other_content(
    hub: Repository, commit: str, local: Mapping[str, LocalFile], release: Release, tag: str
) -> None:
    """Refuse to publish a version twice with different content."""
    changed = _written(local, hub.files(commit))
    if not changed:
        return
    with open_release(f"{hub.repo}@{tag}", endpoint=hub.endpoint) as published:
        difference = compare(published, release)
    version = difference.next_version()
    changes = "; ".join(list(difference.lines())[:3]) or ", ".join(changed[:3])
    raise OutputError(
        f"{hub.repo} has {tag} already, with other content ({changes}); these changes need "
        f"{'another version' if version in (None, release.version) else version}: write it under version: in the "
        "recipe, and build again"
    )


def _since(release: Release, hub: Repository, head: str, *, branch: str | None) -> Difference:
    """Compare the folder with the repository; refuse another corpus, or an older version on the same branch."""
    with open_release(f"{hub.repo}@{head}", endpoint=hub.endpoint) as published:
        if published.name != release.name:
            raise OutputError(
                f"{hub.repo} holds the corpus {published.name!r}, not {release.name!r}; choose another --repo-id"
            )
        difference = compare(published, release)
    if branch is not None and difference.before and numbers(difference.before) > numbers(release.version):
        raise OutputError(
            f"{hub.repo}: {branch} holds version {difference.before}, and this folder is the older {release.version}; "
            "write a newer one under version: in the recipe and build again, or choose another --branch"
        )
    return difference


def _commit(hub: Repository, plan: Plan, local: Mapping[str, LocalFile], branch: str) -> str:
    """Make the commit. After a failure, look first whether the commit was made, and only then try again."""
    assert plan.parent is not None
    write = {name: file.path for name, file in plan.write.items()}
    message = f"Release {plan.tag}"
    refs = hub.refs()
    if refs is not None and branch not in refs.branches:
        hub.branch(branch, plan.parent)
    for attempt in range(1, TRIES + 1):
        trouble: SilvernerError
        try:
            hub.commit(write, plan.delete, branch=branch, parent=plan.parent, message=message)
        except (ConflictError, UnsureError) as error:
            trouble = error
        else:
            trouble = HubError("the Hub reported that the commit was made, but the branch does not show it")
        head = _head(hub.refs(), branch)
        if head is not None and head != plan.parent:
            if make_plan(local, hub.files(head), parent=head, tag=plan.tag, removable=plan.delete).empty:
                return head
            raise OutputError(
                f"{hub.repo}: somebody pushed to {branch} meanwhile ({head[:12]}), and nothing of yours was written; "
                "look at that commit, then run the same command again, which starts from it"
            )
        if attempt < TRIES:
            hub.wait(attempt)
    raise HubError(
        f"{hub.repo}: {trouble}, {TRIES} times; readers still see the release before; run the same command again, "
        "which uploads nothing twice"
    )


def _verify(hub: Repository, commit: str, local: Mapping[str, LocalFile], deleted: Sequence[str]) -> None:
    """Compare the hash of every file of a commit with the file in the folder."""
    remote = hub.files(commit)
    differing = [name for name, file in local.items() if name not in remote or not file.equals(remote[name])]
    differing += [name for name in deleted if name in remote]
    if [name for name in differing if name != CHANGELOG]:
        raise HubError(
            f"{hub.repo} at {commit[:12]} differs from the folder: {', '.join(sorted(differing)[:5])}; no tag "
            "was made; run the same command again"
        )


def _tag(hub: Repository, tag: str, commit: str, release: Release) -> bool:
    """Make the tag, unless it exists already and points at this commit or at one with the same data."""
    trouble: SilvernerError | None = None
    for attempt in range(1, TRIES + 1):
        refs = hub.refs()
        tagged = None if refs is None else refs.tags.get(tag)
        if tagged == commit or (tagged is not None and trouble is None):
            return trouble is not None
        if tagged is not None:
            raise OutputError(
                f"{hub.repo}: somebody made the tag {tag} meanwhile, at the commit {tagged[:12]}; look at that commit, "
                "then publish under another version"
            )
        try:
            hub.tag(tag, commit, f"{release.name} {release.version}")
        except (ConflictError, UnsureError) as error:
            trouble = error
        else:
            return True
        if attempt < TRIES:
            hub.wait(attempt)
    raise HubError(
        f"{hub.repo}: the data is published, but the tag {tag} could not be made ({trouble}); run the same "
        "command again"
    )
