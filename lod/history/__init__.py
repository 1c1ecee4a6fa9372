"""What was published when: the things of each release, what changed between two, and one log of every switch.

things.py     the list of a release's things with their digests, made with the release
comparing.py  two such lists side by side: created, updated, deleted
log.py        var/history.sqlite: every switch of the live release, and what it changed, in one order
"""

from lod.history.comparing import Change, Kind, changes
from lod.history.log import Entry, Log, Switch
from lod.history.things import Listed, list_things, read_things

__all__ = ["Change", "Entry", "Kind", "Listed", "Log", "Switch", "changes", "list_things", "read_things"]
