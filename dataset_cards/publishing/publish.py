"""The way of a release to the Hub: one commit, then the tag, and a look back before anything is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.hub.client import TRIES
from silverner.dataset_cards.hub.failures import ConflictError, HubError, UnsureError
from silverner.dataset_cards.hub.repository import Refs, Remote, RemoteFile
from silverner.dataset_cards.publishing.address import addressed
from silverner.dataset_cards.publishing.plan import KEPT, LocalFile, Plan, local_files, make_plan, of_bytes
from silverner.dataset_cards.release.difference import Difference, compare, numbers
from silverner.dataset_cards.release.history import CHANGELOG, updated
from silverner.dataset_cards.release.release import MANIFEST, Release, opened
from silverner.projection.chain.store import write_text
from silverner.projection.errors import OutputError, SilvernerError

F = TypeVar("F", LocalFile, RemoteFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it.

    :param commit: The commit that holds the release.
    :param tag: Its tag.
    :param committed: Whether a commit had to be made.
    :param tagged: Whether the tag had to be made.
    """

    commit: str
    tag: str
    committed: bool
    tagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A folder that is ready to go: its release, its files, those written anew for the repository, and the plan.

    ``advice`` is what the version should be, where it is too low for what changed.
    """

    release: Release
    local: Mapping[str, LocalFile]
    texts: Mapping[str, bytes]
    plan: Plan
    advice: str | None = None


def prepare(folder: Path, hub: Remote, *, branch: str, date: str) -> Ready:
    """Read folder and repository, and plan; nothing is written anywhere.

    :param folder: A corpus folder that has been checked.
    :param hub: The repository.
    :param branch: The branch to publish on.
    :param date: The day, for the changelog.
    :returns: What would be done.
    :raises SilvernerError: when the version is published with other content, the repository holds something else, or
        the Hub cannot be read.
    """
    release = Release.of_folder(folder)
    tag = f"v{release.version}"
    refs = hub.refs()
    head = _head(refs, branch)
    remote = hub.files(head) if head is not None else {}
    _refuse_strangers(hub, remote)
    there = hub.read(CARD, head) if head is not None and CARD in remote else None
    texts = addressed(folder, hub.repo, there=there)
    local = local_files(folder) | {name: of_bytes(folder / name, text) for name, text in texts.items()}
    plan = make_plan(_data(local), _data(remote), parent=head, tag=tag)
    if refs is not None and tag in refs.tags:
        _refuse_other(hub, refs.tags[tag], local, release, plan)
    advice, history = None, hub.read(CHANGELOG, head) if head is not None and CHANGELOG in remote else b""
    if not (history and plan.empty):
        own = branch if refs is not None and branch in refs.branches else None
        since = _since(release, hub, head, branch=own) if head is not None and MANIFEST in remote else None
        history = updated(history.decode("utf-8", "replace") or None, release, since, date=date).encode()
        advice = None if since is None else since.advice()
    texts[CHANGELOG] = history
    local[CHANGELOG] = of_bytes(folder / CHANGELOG, history)
    plan = make_plan(local, remote, parent=head, tag=tag)
    return Ready(release=release, local=local, texts=texts, plan=plan, advice=advice)


def publish(ready: Ready, hub: Remote, *, branch: str, say: Callable[[str], None] = lambda line: None) -> Outcome:
    """Publish what was prepared. Whatever happens, readers see the old release or the new one, never half of it.

    The folder's own card and changelog are brought up to date first, so that it holds what the repository will hold.

    :param ready: What :func:`prepare` returned.
    :param hub: The repository.
    :param branch: The branch to publish on.
    :param say: Told what is being done.
    :returns: What came of it.
    :raises SilvernerError: when somebody else has pushed, the Hub refuses, or trouble does not end.
    """
    for name, text in ready.texts.items():
        write_text(ready.local[name].path, text.decode("utf-8"))
    plan = ready.plan
    committed = False
    head = plan.parent
    if head is None:
        say(f"creating {hub.repo}")
        hub.create()
        head, fresh = _started(hub, branch)
        plan = make_plan(ready.local, fresh, parent=head, tag=plan.tag)
    if not plan.empty:
        say(f"writing {len(plan.write)} files, deleting {len(plan.delete)}, in one commit")
        head = _commit(hub, plan, ready.local, branch)
        committed = True
    say("reading back")
    _verify(hub, head, ready.local)
    tagged = _tag(hub, plan.tag, head, ready.release)
    return Outcome(commit=head, tag=plan.tag, committed=committed, tagged=tagged)


def _data(files: Mapping[str, F]) -> dict[str, F]:
    """Leave the changelog out: it says when, not what."""
    return {name: file for name, file in files.items() if name != CHANGELOG}


def _head(refs: Refs | None, branch: str) -> str | None:
    """Find the commit to build on: the branch's, or main's for a branch that is not there yet."""
    if refs is None:
        return None
    return refs.branches.get(branch) or refs.branches.get("main")


def _started(hub: Remote, branch: str) -> tuple[str, dict[str, RemoteFile]]:
    """Look at a repository that was just created."""
    refs = hub.refs()
    head = _head(refs, branch)
    if head is None:
        raise HubError(f"{hub.repo} was created, but has no branch yet; run the same command again")
    return head, hub.files(head)


def _refuse_strangers(hub: Remote, remote: Mapping[str, RemoteFile]) -> None:
    """Refuse a repository that holds something else: publishing would delete it."""
    strangers = sorted(set(remote) - KEPT - {CARD})
    if strangers and MANIFEST not in remote:
        raise OutputError(
            f"{hub.repo} holds something else ({', '.join(strangers[:3])}), which a release would delete; choose "
            "another --repo-id"
        )


def _refuse_other(hub: Remote, commit: str, local: Mapping[str, LocalFile], release: Release, plan: Plan) -> None:
    """Refuse to publish a version twice with different content."""
    there = make_plan(_data(local), _data(hub.files(commit)), parent=commit, tag=plan.tag)
    if there.empty:
        return
    with opened(f"{hub.repo}@{plan.tag}", endpoint=hub.endpoint) as published:
        difference = compare(published, release)
    version = difference.next_version()
    what = "; ".join(list(difference.lines())[:3]) or ", ".join([*there.write, *there.delete][:3])
    raise OutputError(
        f"{hub.repo} has {plan.tag} already, with other content ({what}); what changed calls for "
        f"{'another version' if version in (None, release.version) else version}: say so under version: in the recipe, "
        "and build again"
    )


def _since(release: Release, hub: Remote, head: str, *, branch: str | None) -> Difference:
    """Compare the folder with what is there, and refuse another corpus, or to go back on a branch."""
    with opened(f"{hub.repo}@{head}", endpoint=hub.endpoint) as published:
        if published.name != release.name:
            raise OutputError(
                f"{hub.repo} holds the corpus {published.name!r}, not {release.name!r}; choose another --repo-id"
            )
        difference = compare(published, release)
    if branch is not None and difference.before and numbers(difference.before) > numbers(release.version):
        raise OutputError(
            f"{hub.repo}: {branch} holds version {difference.before}, and this folder is the older {release.version}; "
            "say a newer one under version: in the recipe and build again, or choose another --branch"
        )
    return difference


def _commit(hub: Remote, plan: Plan, local: Mapping[str, LocalFile], branch: str) -> str:
    """Make the commit; after every failure look what became of it before trying again."""
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
            trouble = HubError("the Hub said that the commit was made, and the branch does not show it")
        head = _head(hub.refs(), branch)
        if head is not None and head != plan.parent:
            if make_plan(local, hub.files(head), parent=head, tag=plan.tag).empty:
                return head
            raise OutputError(
                f"{hub.repo}: somebody pushed to {branch} meanwhile ({head[:12]}), and nothing of yours was written; "
                "look at it, then run the same command again: it starts from what is there now"
            )
        if attempt < TRIES:
            hub.wait(attempt)
    raise HubError(
        f"{hub.repo}: {trouble}, {TRIES} times; the release before is still the one readers see; run the same command "
        "again, what is uploaded is not uploaded twice"
    )


def _verify(hub: Remote, commit: str, local: Mapping[str, LocalFile]) -> None:
    """Compare the hash of every file of a commit with the folder's."""
    remote = hub.files(commit)
    wrong = [name for name, file in local.items() if name not in remote or not file.is_the(remote[name])]
    wrong += [name for name in remote if name not in local and name not in KEPT]
    if [name for name in wrong if name != CHANGELOG]:
        raise HubError(
            f"{hub.repo} at {commit[:12]} does not hold what the folder holds: {', '.join(sorted(wrong)[:5])}; no tag "
            "was made; run the same command again"
        )


def _tag(hub: Remote, tag: str, commit: str, release: Release) -> bool:
    """Make the tag, or find that it is there and points at this commit or one with the same data."""
    trouble: SilvernerError | None = None
    for attempt in range(1, TRIES + 1):
        refs = hub.refs()
        there = None if refs is None else refs.tags.get(tag)
        if there == commit or (there is not None and trouble is None):
            return trouble is not None
        if there is not None:
            raise OutputError(f"{hub.repo}: somebody made the tag {tag} meanwhile, at {there[:12]}; look at it")
        try:
            hub.tag(tag, commit, f"{release.name} {release.version}")
        except (ConflictError, UnsureError) as error:
            trouble = error
        else:
            return True
        if attempt < TRIES:
            hub.wait(attempt)
    raise HubError(
        f"{hub.repo}: the data is there, and the tag {tag} could not be made ({trouble}); run the same command again"
    )
