"""The search index: a product of each release, embedded, read by as many processes as like.

layout.py    what is indexed, and how a text becomes the words of the index
columns.py   lists of whole numbers in one file, mapped into memory
contexts.py  whose each thing is: municipality, fiscal year, department, section, program
building.py  makes both files of the index from a release's store

Reading it: lod/querying/found.py. Why it is so: docs/decisions/0013-search.md.
"""

from lod.search.building import search_index

__all__ = ["search_index"]
