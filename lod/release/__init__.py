"""Releases: built beside the live one, checked, switched in one step, rolled back in one step.

paper.py     bytes of one paper → quads and findings (pure)
inputs.py    what a release is made of, and its digest: the release's id
folder.py    a release on disk, `var/current`, checksums
reports.py   the report of a build, written as the papers come
papers.py    all papers, in parallel, from the cache where nothing changed
contents.py  what a release holds beside its papers
keys.py      keys once published are kept
findings_index.py  where each paper's findings stand in the report
building.py  all of it together
verifying.py  proves a release, a copy or a download whole
recording.py  the history of switches; how many releases are kept
withdrawing.py  what must no longer be published, and what may be again
"""

from lod.release.building import Build, build
from lod.release.folder import Release, current, kept, releases, verify
from lod.release.keys import check_kept_keys
from lod.release.recording import rollback
from lod.release.verifying import Verification, verify_copy
from lod.release.withdrawing import restore, withdraw

__all__ = [
    "Build",
    "Release",
    "Verification",
    "build",
    "check_kept_keys",
    "current",
    "kept",
    "releases",
    "restore",
    "rollback",
    "verify",
    "verify_copy",
    "withdraw",
]
