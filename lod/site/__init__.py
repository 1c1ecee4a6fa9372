"""The static site: what the server answers, as files that any web host can give (`lod export`).

routes.toml  what becomes of each route of the application: a test holds it to lod/web/api.toml
names.py     the one rule by which an address becomes the name of a file
flavour.py   how pages are told without a server: relative links to files, what is left out
asking.py    requests to the application in this process
seeds.py     where an export begins: all things and graphs of the release, the documents about it
making.py    an address becomes files; runs in several processes
folder.py    the exported folder: what is ours in it, writing only what differs, removing what is no longer part of it
extras.py    further files: what runs in the browser, rules for web servers
exporting.py the whole of it
"""

from lod.site.exporting import Done, export

__all__ = ["Done", "export"]
