"""A query as others use it: links to each format, and code for curl, Python and R.

The query may come from a stranger's link, and the code is made to be pasted into a shell: it must stay a text in each
of the languages whatever is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from lod.web import site

LONGEST_LINK = 8000
"""Characters of an address that every browser, proxy and server takes (RFC 9110 4.1 asks for 8000)."""


@dataclass(frozen=True, slots=True)
class Code:
    """A snippet in one language."""

    name: str
    text: str


def link(**asked: str) -> str:
    """The address of the endpoint with these parameters, on this server; '' where it would be too long."""
    address = site.path_to("sparql", **asked)
    return address if len(address) <= LONGEST_LINK else ""


def snippets(query: str, *, is_graph: bool) -> tuple[Code, ...]:
    """How to run the query from elsewhere."""
    endpoint = site.canonical("sparql")
    text = query.strip("\n")
    return (
        Code("curl", _curl(endpoint, text, "text/turtle" if is_graph else "text/csv")),
        Code("Python", _python_graph(endpoint, text) if is_graph else _python(endpoint, text)),
        Code("R", _r(endpoint, text, is_graph=is_graph)),
    )


def _curl(endpoint: str, query: str, accept: str) -> str:
    end = "QUERY"
    while end in query.split("\n"):
        end += "_"
    return f"curl {endpoint} -H 'Accept: {accept}' --data-urlencode query@- <<'{end}'\n{query}\n{end}"


def _python(endpoint: str, query: str) -> str:
    return (
        "import pandas, urllib.parse\n\n"
        f"query = {_python_text(query)}\n"
        f'table = pandas.read_csv("{endpoint}?" + urllib.parse.urlencode({{"format": "csv", "query": query}}))'
    )


def _python_graph(endpoint: str, query: str) -> str:
    return (
        "import rdflib, urllib.parse\n\n"
        f"query = {_python_text(query)}\n"
        f'address = "{endpoint}?" + urllib.parse.urlencode({{"format": "ttl", "query": query}})\n'
        'graph = rdflib.Graph().parse(address, format="turtle")'
    )


def _python_text(query: str) -> str:
    for quotes in ('"""', "'" * 3):
        if quotes not in query:
            return f"r{quotes}\n{query}\n{quotes}"
    return repr(query)


def _r(endpoint: str, query: str, *, is_graph: bool) -> str:
    dashes = "-"
    while f'){dashes}"' in query:
        dashes += "-"
    read, suffix = ("readLines", "ttl") if is_graph else ("read.csv", "csv")
    return (
        f'query <- r"{dashes}(\n{query}\n){dashes}"\n'
        f'address <- paste0("{endpoint}?format={suffix}&query=", URLencode(query, reserved = TRUE))\n'
        f'table <- {read}(address, encoding = "UTF-8")'
    )
