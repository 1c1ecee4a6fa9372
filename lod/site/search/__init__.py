"""The index of the search page of a site without a server: the release's own index, as files that a page loads.

numbers.py    whole numbers as short text
shards.py     an index cut into scripts
postings.py   which things have which pairs of characters, and where
belonging.py  what each thing belongs to
records.py    what is shown of each thing
tongues.py    words and links in each language
tables.py     the tables of folding and of years
writing.py    the whole of it

Read by lod/web/static/offline/search-index.js. Why it is so: docs/decisions/0020-in-the-browser.md.
"""

from lod.site.search.writing import search_files

__all__ = ["search_files"]
