"""Rewrites the generated pages of the documentation: `python docs/generate.py`.

Each generator returns the text of its pages by path below docs/; PAGES lists them. A test compares the committed
pages with what the generators return, so a page can neither be edited by hand nor go stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from lod.distributions.definition import tables
from lod.findings import LANGUAGES, Kind, catalogue
from lod.mapping import example_queries
from lod.vocab import PREFIXES

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
ONTOLOGY = URIRef("https://w3id.org/mupol/def")
STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
RANGE_INCLUDES = Namespace(PREFIXES["schema"]).rangeIncludes
KINDS: dict[Node, str] = {
    OWL.Class: "クラス / class",
    OWL.ObjectProperty: "プロパティ（資源） / property (resource)",
    OWL.DatatypeProperty: "プロパティ（値） / property (value)",
    RDFS.Datatype: "データ型 / datatype",
}


# ---------------------------------------------------------------- docs/reference/vocabulary.md
def _short(node: Node) -> str:
    """`mpol:Goal` for an IRI of a known namespace, the whole IRI otherwise."""
    iri = str(node)
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return iri


def _text(graph: Graph, subject: Node, predicate: URIRef, lang: str) -> str:
    """The literal in one language, '' if there is none."""
    found = [o for o in graph.objects(subject, predicate) if isinstance(o, Literal) and o.language == lang]
    return str(min(found)) if found else ""


def _both(graph: Graph, subject: Node, predicate: URIRef) -> str:
    return f"{_text(graph, subject, predicate, 'ja')} / {_text(graph, subject, predicate, 'en')}"


def _links(graph: Graph, subject: Node, *predicates: URIRef) -> str:
    """The objects of the predicates as code, sorted; rdfs:Literal is left out where something says more."""
    nodes = {o for p in predicates for o in graph.objects(subject, p)} - {RDFS.Literal}
    return ", ".join(f"`{_short(node)}`" for node in sorted(nodes, key=_short))


def _term(graph: Graph, term: Node) -> Iterable[str]:
    kinds = [KINDS[kind] for kind in graph.objects(term, RDF.type) if kind in KINDS]
    name = _short(term).split(":")[1]
    yield f"### {_short(term)}\n"
    yield f"**{_both(graph, term, RDFS.label)}** · {kinds[0]} · {graph.value(term, STATUS)}\n"
    for lang in ("ja", "en"):
        note = _text(graph, term, SKOS.scopeNote, lang)
        yield f"- {_text(graph, term, SKOS.definition, lang)}{' ' if lang == 'en' and note else ''}{note}"
    rows = {
        "上位 / sub-class of": _links(graph, term, RDFS.subClassOf),
        "上位 / sub-property of": _links(graph, term, RDFS.subPropertyOf),
        "定義域 / domain": _links(graph, term, RDFS.domain),
        "値域 / range": _links(graph, term, RDFS.range, RANGE_INCLUDES),
        "例 / example": _both(graph, term, SKOS.example),
    }
    yield from (f"- {label}: {value}" for label, value in rows.items() if value)
    if (ROOT / "ontology" / "examples" / f"{name}.ttl").exists():
        folder = "../../ontology/examples"
        yield f"- [{name}.ttl]({folder}/{name}.ttl) · [{name}.jsonld]({folder}/{name}.jsonld)"
    yield ""


def _scheme(graph: Graph, scheme: Node) -> Iterable[str]:
    yield f"### {_short(scheme)}\n"
    yield f"**{_both(graph, scheme, SKOS.prefLabel)}**\n"
    yield f"- {_text(graph, scheme, SKOS.definition, 'ja')}\n- {_text(graph, scheme, SKOS.definition, 'en')}\n"
    yield "| code | ja | en | 定義 | definition |\n|---|---|---|---|---|"
    for concept in graph.subjects(SKOS.inScheme, scheme):
        cells = [_text(graph, concept, p, lang) for p in (SKOS.prefLabel, SKOS.definition) for lang in ("ja", "en")]
        yield f"| `{_short(concept)}` | {' | '.join(cells)} |"
    yield ""


def vocabulary_page() -> dict[str, str]:
    """Every term and code with its words in Japanese and English, from ontology/mupol.ttl and ontology/codes/."""
    graph = Graph().parse(ROOT / "ontology" / "mupol.ttl")
    terms = sorted(graph.subjects(RDFS.isDefinedBy, ONTOLOGY), key=lambda t: (_short(t).lower(), _short(t)))
    lines = [
        "<!-- Made by docs/generate.py from ontology/. Do not edit. -->",
        f"# {_both(graph, ONTOLOGY, DCTERMS.title)}\n",
        f"{_text(graph, ONTOLOGY, RDFS.comment, 'ja')}\n",
        f"{_text(graph, ONTOLOGY, RDFS.comment, 'en')}\n",
        f"`mpol:` `{PREFIXES['mpol']}` · `mpc:` `{PREFIXES['mpc']}`\n",
        f"版 / version {graph.value(ONTOLOGY, OWL.versionInfo)} · CC BY 4.0\n",
        "この名前空間はまだ登録されていません。The namespace is not registered yet: "
        "[ontology/w3id/README.md](../../ontology/w3id/README.md).\n",
    ]
    for title, kinds in (
        ("クラス / Classes", {OWL.Class}),
        ("プロパティ / Properties", {OWL.ObjectProperty, OWL.DatatypeProperty}),
        ("データ型 / Datatypes", {RDFS.Datatype}),
    ):
        lines.append(f"## {title}\n")
        for term in terms:
            if kinds & set(graph.objects(term, RDF.type)):
                lines.extend(_term(graph, term))
    lines.append("## 符号 / Codes\n")
    for path in sorted((ROOT / "ontology" / "codes").glob("*.ttl")):
        codes = Graph().parse(path)
        for scheme in codes.subjects(RDF.type, SKOS.ConceptScheme):
            lines.extend(_scheme(codes, scheme))
    return {"reference/vocabulary.md": "\n".join(lines).rstrip() + "\n"}


# ---------------------------------------------------------------- docs/reference/findings/
_HEADINGS = {"ja": ("あるべき姿", "すること"), "en": ("Expected", "What to do")}
_SEVERITIES = {
    "Violation": "違反（公開を止めます） / Violation (stops a publication)",
    "Warning": "警告（確かめてください） / Warning (please look)",
    "Info": "参考 / Info",
}


def _finding_page(kind: Kind) -> str:
    lines = ["<!-- Made by docs/generate.py from lod/findings.toml and shapes/. Do not edit. -->", f"# {kind.code}\n"]
    lines.append(f"{_SEVERITIES[kind.severity]}\n")
    for lang in LANGUAGES:
        words, (expected, todo) = kind.words(lang), _HEADINGS[lang]
        lines.append(f"## {words.title}\n\n- **{expected}**: {words.expected}\n- **{todo}**: {words.todo}\n")
    return "\n".join(lines).rstrip() + "\n"


def findings_pages() -> dict[str, str]:
    """One page for each code and a list of all."""
    kinds = sorted(catalogue().values(), key=lambda kind: kind.code)
    rows = [f"| [{k.code}]({k.code}.md) | {k.severity} | {k.ja.title} | {k.en.title} |" for k in kinds]
    index = [
        "<!-- Made by docs/generate.py. Do not edit. -->",
        "# 指摘の一覧 / Findings\n",
        "コードは変わりません。`{…}` には見つかったものが入ります。Codes are permanent; `{…}` is filled in.\n",
        "| code | severity | 日本語 | English |\n|---|---|---|---|",
        *rows,
    ]
    pages = {f"reference/findings/{kind.code}.md": _finding_page(kind) for kind in kinds}
    return {"reference/findings/README.md": "\n".join(index) + "\n", **pages}


# ---------------------------------------------------------------- docs/reference/tables.md
def tables_page() -> dict[str, str]:
    """Every table of a release with its columns, from lod/distributions/tables.toml."""
    lines = [
        "<!-- Made by docs/generate.py from lod/distributions/tables.toml. Do not edit. -->",
        "# 表と項目 / Tables and columns\n",
        "公開版の表は、CSV・Excel・Parquet・SQLiteのどれでも同じ項目からなります。使い方: "
        "[how-to](../how-to/use-the-tables.md)。\n",
        "The tables of a release have the same columns as CSV, in Excel, as Parquet and in SQLite. How to use them: "
        "[how-to](../how-to/use-the-tables.md).\n",
    ]
    for table in tables():
        lines.append(f"## {table.name}: {table.label['ja']} / {table.label['en']}\n")
        lines.append(f"{table.meaning['ja']}\n\n{table.meaning['en']}\n")
        if table.primary_key:
            lines.append(f"鍵 / key: {', '.join(f'`{name}`' for name in table.primary_key)}\n")
        lines.append("| name | 見出し | heading | 型 / type | 意味 | meaning | 例 / example | property |")
        lines.append("|---|---|---|---|---|---|---|---|")
        for column in table.columns:
            said = column.path and column.said and len(column.path.properties) == 1
            term = f"`{_short(URIRef(column.path.properties[0].value))}`" if said and column.path else ""
            cells = [f"`{column.name}`", *column.label.values(), column.type, *column.meaning.values()]
            lines.append(f"| {' | '.join([*cells, f'`{column.example}`', term])} |")
        lines.append("")
    return {"reference/tables.md": "\n".join(lines).rstrip() + "\n"}


# ---------------------------------------------------------------- docs/reference/example-queries.md
_LEVELS = {
    1: "はじめに / First steps",
    2: "条件と集計 / Conditions and counts",
    3: "年度・版・由来 / Years, editions, provenance",
}
_NEEDS = {
    "years": "複数年度のデータがあるときに結果が出ます。 Needs data of several years.",
    "editions": "複数の版があるときに結果が出ます。 Needs several editions.",
}


def example_queries_page() -> dict[str, str]:
    """Every example query, from ontology/queries/."""
    lines = [
        "<!-- Made by docs/generate.py from ontology/queries/. Do not edit. -->",
        "# 検索の例 / Example queries\n",
        "どれも検索の頁（`/sparql`）から選べます。データとしては名前付きグラフ `{B}graph/queries` にあります。\n",
        "All of them can be chosen on the page `/sparql`; as data they stand in the named graph `{B}graph/queries`.\n",
    ]
    for example in example_queries():
        if example.number == 1:
            lines.append(f"## {_LEVELS[example.level]}\n")
        file = f"{example.level}-{example.number:02}-{example.key}.rq"
        lines.append(f"### {example.title['ja']} / {example.title['en']}\n")
        lines += [f"- {example.about['ja']}", f"- {example.about['en']}"]
        lines += [f"- {_NEEDS[example.needs]}"] if example.needs else []
        lines.append(f"- [{file}](../../ontology/queries/{file})\n")
        lines.append(f"```sparql\n{example.text.strip()}\n```\n")
    return {"reference/example-queries.md": "\n".join(lines).rstrip() + "\n"}


PAGES: tuple[Callable[[], dict[str, str]], ...] = (vocabulary_page, findings_pages, tables_page, example_queries_page)


def main() -> None:
    """Writes every generated page."""
    for make in PAGES:
        for name, text in make().items():
            path = DOCS / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
