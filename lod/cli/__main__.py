"""`python -m lod.cli` is `lod`."""

from lod.cli import main

main()
