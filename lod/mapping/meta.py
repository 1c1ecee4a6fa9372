"""How the graph of a paper came about. No clock time: the same inputs give the same triples."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from lod import __version__
from lod.mapping.draft import Draft
from lod.mapping.terms import TYPE, en
from lod.vocab import FOAF, PROV, RDFS, SCHEMA


def map_meta(draft: Draft) -> list[Triple]:
    """The graph as an entity (PROV-O 3.1), made by an activity that used the source and the form."""
    mint, record = draft.mint, draft.record
    graph = NamedNode(mint.graph(*draft.key))
    activity = NamedNode(mint.activity(record.source.sha256[:12]))
    agent = NamedNode(mint.agent("mupol"))
    form = NamedNode(mint.form(draft.lg, record.form))
    triples = [
        Triple(graph, TYPE, PROV.Entity),
        Triple(graph, PROV.wasDerivedFrom, draft.source),
        Triple(graph, PROV.wasGeneratedBy, activity),
        Triple(activity, TYPE, PROV.Activity),
        Triple(activity, PROV.used, draft.source),
        Triple(activity, PROV.used, form),
        Triple(activity, PROV.wasAssociatedWith, agent),
        Triple(agent, TYPE, PROV.SoftwareAgent),
        Triple(agent, FOAF.name, en("mupol")),
        Triple(agent, SCHEMA.softwareVersion, Literal(__version__)),
        Triple(form, TYPE, PROV.Entity),
    ]
    names = draft.form.name if draft.form else {}
    triples += [Triple(form, RDFS.label, Literal(name, language=language)) for language, name in names.items()]
    return triples
