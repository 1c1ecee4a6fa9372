"""`lod publish ckan`: the same behaviour against a double in this process and, with --ckan, against a real CKAN."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from lod import release
from lod.catalog.ckan import Ckan
from lod.catalog.ckan.package import licence_in
from lod.cli import run
from lod.config import Settings
from lod.errors import LodError
from tests.ckan import double, real
from tests.ckan.double import Double
from tests.conftest import ROOT
from tests.integration.conftest import build_sample

CODE, NAME = "142034", "142034-dept-policy-2016"
BASE = "https://lod.example.org/"


class Server:
    """A CKAN under test, with what only tests do in it."""

    def __init__(self, url: str, token: str, behind: Double | None = None) -> None:
        self.url = url
        self.token = token
        self.double = behind
        self.ckan = Ckan(url, token, seconds=60)

    def organization(self, name: str) -> None:
        if self.double:
            self.double.organizations.add(name)
        elif self.ckan.read("organization_show", id=name) is None:
            self.ckan.write("organization_create", {"name": name, "title": name})

    def package(self, name: str = NAME) -> dict[str, Any]:
        found = self.ckan.read("package_show", id=name)
        assert isinstance(found, dict)
        return found

    def empty(self) -> None:
        """Nothing of an earlier test is left."""
        found = self.ckan.read("package_search", rows=500)
        for item in found["results"] if not self.double else ():
            self.ckan.write("dataset_purge", {"id": item["id"]})


@pytest.fixture(scope="session")
def _real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server | None]:
    environment = request.config.getoption("--ckan")
    if not environment:
        yield None
        return
    with real.running(request.config.rootpath / environment, tmp_path_factory.mktemp("ckan")) as found:
        yield Server(found.url, found.token)


@pytest.fixture(params=["double", "real"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if request.param == "real":
        found = request.getfixturevalue("_real")
        if found is None:
            pytest.skip(f"not run: {request.node.nodeid}: needs a real CKAN (make test-ckan)")
        found.empty()
        found.organization(CODE)
        monkeypatch.setenv("CKAN_API_TOKEN", found.token)
        yield found
        return
    with double.running() as behind:
        made = Server(behind.url, double.TOKEN, behind)
        made.organization(CODE)
        monkeypatch.setenv("CKAN_API_TOKEN", double.TOKEN)
        yield made


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The double alone, whose faults a test sets; waits between tries take no time."""
    monkeypatch.setattr(Ckan, "rest", lambda _self, _seconds: None)
    monkeypatch.setenv("CKAN_API_TOKEN", double.TOKEN)
    with double.running() as behind:
        made = Server(behind.url, double.TOKEN, behind)
        made.organization(CODE)
        yield made


@pytest.fixture(scope="module")
def licensed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample with a licence and somebody to ask."""
    licence = '"https://creativecommons.org/licenses/by/4.0/"'
    return build_sample(tmp_path_factory.mktemp("licensed"), ROOT, iri=licence, email='"lod@example.org"')


@pytest.fixture
def site(licensed: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(licensed.var.parent)
    return licensed


def publish(server: Server, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    status = run(["publish", "ckan", "--url", server.url, "--lang", "en", *more])
    said = capsys.readouterr()
    return status, said.out, said.err


def state(server: Server) -> list[dict[str, Any]]:
    """Everything that CKAN says of our entries, but for what changes with each look."""
    found = server.ckan.read("package_search", rows=100)["results"]
    return sorted(
        ({key: value for key, value in item.items() if "metadata_" not in key} for item in found),
        key=lambda item: str(item["name"]),
    )


def _pairs(package: dict[str, Any]) -> list[dict[str, str]]:
    return [{key: item[key] for key in ("key", "value")} for item in package["extras"]]


def test_a_dry_run_says_what_would_be_and_changes_nothing(
    server: Server, site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = publish(server, capsys, "--dry-run")
    assert status == 0
    assert f"[new] {NAME}  平塚市 部長の基本方針 平成28年度" in out
    assert "license_id: cc-by" in out
    assert "nothing was changed" in err
    assert server.ckan.read("package_show", id=NAME) is None


def test_an_entry_is_made_whole_and_a_second_run_changes_nothing(
    server: Server, site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(server, capsys)[0] == 0
    package = server.package()
    assert package["name"].isascii()
    assert (package["title"], package["license_id"]) == ("平塚市 部長の基本方針 平成28年度", "cc-by")
    assert package["organization"]["name"] == CODE
    assert {"平塚市", "部長の基本方針", "平成28年度", "FY2016"} <= {tag["name"] for tag in package["tags"]}
    extras = {item["key"]: item["value"] for item in package["extras"]}
    assert extras["uri"] == f"{BASE}dataset/142034/dept-policy/2016"
    assert extras["title_en"] == "Hiratsuka City: Department head's basic policy, FY2016"
    assert (extras["temporal_start"], extras["temporal_end"]) == ("2016-04-01", "2017-03-31")
    assert extras["contact_email"] == package["maintainer_email"] == "lod@example.org"
    live = release.current(site.var)
    assert live
    by_uri = {item["uri"]: item for item in package["resources"]}
    turtle = by_uri[f"{BASE}distribution/graphs/142034-2016-ttl"]
    data = (live.path / "dumps" / "graphs" / "142034-2016.ttl").read_bytes()
    assert turtle["url"] == f"{BASE}dump/{live.id}/graphs/142034-2016.ttl"
    assert (turtle["size"], turtle["hash"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert by_uri[f"{BASE}service/sparql"]["url"] == f"{BASE}sparql"
    before = state(server)
    assert [item["name"] for item in before] == [NAME, "142034-dept-policy-all"]
    status, out, err = publish(server, capsys)
    assert status == 0
    assert "0 new, 0 changed, 2 unchanged" in err
    assert "→" not in out
    assert state(server) == before


def test_only_what_differs_is_changed_and_what_others_added_stays(
    server: Server, site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(server, capsys)
    before = state(server)
    package = server.package()
    turtle = next(item for item in package["resources"] if item["uri"].endswith("-ttl"))
    tags = [{"name": tag["name"]} for tag in package["tags"] if tag["name"] != "平塚市"]
    server.ckan.write(
        "package_patch",
        {
            "id": package["id"],
            "title": "別の題",
            "tags": [*tags, {"name": "市の職員が付けた"}],
            "extras": [*_pairs(package), {"key": "担当", "value": "情報課"}],
        },
    )  # fmt: skip
    server.ckan.write("resource_patch", {"id": turtle["id"], "format": "PDF"})
    server.ckan.write(
        "resource_create", {"package_id": package["id"], "name": "市の資料", "url": "https://a.example/x.pdf"}
    )
    status, out, _ = publish(server, capsys, "--dry-run")
    lines = [line.strip() for line in out.splitlines() if line.startswith("    ")]
    assert status == 0
    assert any(line.startswith("title: 別の題 → 平塚市 部長の基本方針 平成28年度") for line in lines)
    assert any(line.startswith("tags: ") for line in lines)
    assert any(re.match(r"resource: .*Turtle.*: format: PDF → Turtle", line) for line in lines)
    assert len(lines) == 3
    publish(server, capsys)
    package = server.package()
    assert package["title"] == "平塚市 部長の基本方針 平成28年度"
    assert {"平塚市", "市の職員が付けた"} <= {tag["name"] for tag in package["tags"]}
    assert {"key": "担当", "value": "情報課"} in _pairs(package)
    assert "市の資料" in [item["name"] for item in package["resources"]]
    assert next(item for item in package["resources"] if item["id"] == turtle["id"])["format"] == "Turtle"
    assert "0 new, 0 changed, 2 unchanged" in publish(server, capsys)[2]
    assert len(state(server)) == len(before)


def test_files_are_sent_where_that_is_wanted(
    server: Server, site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(server, capsys, "--upload")[0] == 0
    live = release.current(site.var)
    assert live
    item = next(item for item in server.package()["resources"] if item["uri"].endswith("2016-ttl"))
    assert item["url_type"] == "upload"
    assert requests.get(item["url"], timeout=30).content == (live.path / "dumps/graphs/142034-2016.ttl").read_bytes()
    assert "0 new, 0 changed, 2 unchanged" in publish(server, capsys, "--upload")[2]
    assert "2 changed" in publish(server, capsys)[2]  # back to links
    item = next(item for item in server.package()["resources"] if item["uri"].endswith("2016-ttl"))
    assert item["url"].startswith(f"{BASE}dump/")
    assert "0 new, 0 changed, 2 unchanged" in publish(server, capsys)[2]


def test_nothing_is_deleted_unless_told(server: Server, site: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    publish(server, capsys)
    old = {"name": "142034-dept-policy-1990", "title": "古い", "owner_org": CODE}
    ours = [{"key": "uri", "value": f"{BASE}dataset/142034/dept-policy/1990"}]
    server.ckan.write("package_create", {**old, "extras": ours})
    server.ckan.write("package_create", {**old, "name": "of-the-city"})
    server.ckan.write(
        "resource_create",
        {"package_id": server.package()["id"], "uri": f"{BASE}distribution/gone", "url": f"{BASE}gone", "name": "gone"},
    )
    _, out, _ = publish(server, capsys)
    assert "[not in the release (--delete removes it)] 142034-dept-policy-1990" in out
    assert "1 files that are not in the release" in out
    assert server.package("142034-dept-policy-1990")["state"] == "active"
    out = publish(server, capsys, "--delete", "--dry-run")[1]
    assert "[delete] 142034-dept-policy-1990" in out
    assert server.package("142034-dept-policy-1990")["state"] == "active"
    assert "1 deleted" in publish(server, capsys, "--delete")[2]
    assert server.package("142034-dept-policy-1990")["state"] == "deleted"
    assert server.package("of-the-city")["state"] == "active"
    assert "gone" not in [item["name"] for item in server.package()["resources"]]


def test_an_entry_in_the_bin_is_taken_out_again(
    server: Server, site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(server, capsys)
    server.ckan.write("package_delete", {"id": server.package()["id"]})
    assert "state: deleted → active" in publish(server, capsys)[1]
    assert server.package()["state"] == "active"


def test_who_may_not_is_told_what_to_do(
    server: Server, site: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, _, err = publish(server, capsys, "--organization", "no-such-organization")
    assert (status, "U07" in err, "no-such-organization" in err) == (2, True, True)
    monkeypatch.setenv("CKAN_API_TOKEN", "wrong")
    status, _, err = publish(server, capsys)
    assert (status, "U08" in err) == (3, True)
    monkeypatch.delenv("CKAN_API_TOKEN")
    assert publish(server, capsys, "--dry-run")[0] == 0  # looking needs no token
    status, _, err = publish(server, capsys)
    assert (status, "U02" in err, "CKAN_API_TOKEN" in err) == (3, True, True)


def test_a_licence_that_is_not_settled_is_not_made_up(
    server: Server, published: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.var.parent)
    status, _, err = publish(server, capsys)
    assert (status, "U13" in err) == (0, True)
    assert server.package()["license_id"] == "notspecified"


# ---------------------------------------------------------------- faults, which only the double can have on demand


def test_a_run_that_was_cut_off_is_finished_by_the_next(
    faulty: Server, site: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert faulty.double
    publish(faulty, capsys)
    whole = [(item["title"], sorted(r["uri"] for r in item["resources"])) for item in state(faulty)]
    steps = len([call for call in faulty.double.calls if not call.endswith(_READS)])
    assert steps > 6
    for cut in (1, 4, steps - 1):
        faulty.double.packages.clear()
        _cut_after(faulty.double, cut)
        assert publish(faulty, capsys)[0] == 3
        _cut_after(faulty.double, None)
        assert publish(faulty, capsys)[0] == 0
        assert [(item["title"], sorted(r["uri"] for r in item["resources"])) for item in state(faulty)] == whole
        assert "0 new, 0 changed" in publish(faulty, capsys)[2]


_READS = ("_show", "_list", "_search")


def _cut_after(behind: Double, writes: int | None) -> None:
    """From now on the server is gone after so many writes; None: it is there."""
    original = Double.fault_for
    left = [writes]

    def fault_for(action: str) -> int | str | None:
        if left[0] is None or action.endswith(_READS):
            return original(behind, action)
        left[0] -= 1
        return 503 if left[0] < 0 else None

    behind.fault_for = fault_for  # type: ignore[method-assign]


@pytest.mark.parametrize("action", ["package_create", "resource_create", "package_show", "license_list"])
@pytest.mark.parametrize("fault", [429, 502, 503, 504, "break", "silence"])
def test_one_fault_is_got_over_and_nothing_is_made_twice(
    faulty: Server, site: Settings, capsys: pytest.CaptureFixture[str], action: str, fault: int | str
) -> None:
    assert faulty.double
    faulty.double.faults = [(action, fault)]
    status, _, err = publish(faulty, capsys, "--timeout", "0.5")
    assert status == 0, err
    assert faulty.double.faults == []
    assert [item["name"] for item in state(faulty)] == [NAME, "142034-dept-policy-all"]
    for item in state(faulty):
        uris = [resource["uri"] for resource in item["resources"]]
        assert len(uris) == len(set(uris))


@pytest.mark.parametrize(
    ("faults", "code", "status"),
    [
        ([("license_list", "silence")] * 4, "U05", 3),
        ([("license_list", "break")] * 4, "U04", 3),
        ([("license_list", 503)] * 4, "U11", 3),
        ([("license_list", 500)], "U11", 3),
        ([("license_list", 302)], "U06", 2),
        ([("organization_show", 404)], "U06", 2),
        ([("package_create", 409)], "U09", 3),
        ([("package_create", 413)], "U10", 3),
        ([("package_create", 403)], "U08", 3),
    ],
)
def test_every_failure_is_said_in_words(
    faulty: Server,
    site: Settings,
    capsys: pytest.CaptureFixture[str],
    faults: list[tuple[str, int | str]],
    code: str,
    status: int,
) -> None:
    assert faulty.double
    faulty.double.silence = 5.0
    for lang in ("ja", "en"):
        faulty.double.faults = list(faults)
        got = run(["publish", "ckan", "--url", faulty.url, "--lang", lang, "--timeout", "0.3"])
        err = capsys.readouterr().err
        assert (got, code in err) == (status, True), err
        assert "Traceback" not in err
        assert ("すること" in err) == (lang == "ja")


@pytest.mark.parametrize(
    ("url", "token", "code"),
    [
        ("", "", "U01"),
        ("data.example.jp", "", "U01"),
        ("ftp://data.example.jp", "", "U01"),
        ("http://data.example.jp", "secret", "U03"),
    ],
)
def test_addresses_that_are_none(url: str, token: str, code: str) -> None:
    with pytest.raises(LodError) as raised:
        Ckan(url, token)
    assert raised.value.code == code


def test_nothing_listens_there(capsys: pytest.CaptureFixture[str], site: Settings, faulty: Server) -> None:
    assert run(["publish", "ckan", "--url", "http://127.0.0.1:9", "--dry-run"]) == 3
    assert "U04" in capsys.readouterr().err


def test_the_token_is_told_to_nobody_else(faulty: Server, site: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert faulty.double
    for fault in (302, 403, 500):
        faulty.double.faults = [("license_list", fault)]
        _, out, err = publish(faulty, capsys)
        assert double.TOKEN not in out + err


LISTED = [
    {"id": "cc-by", "title": "Creative Commons Attribution", "url": "http://www.opendefinition.org/licenses/cc-by"},
    {"id": "cc-by-40", "title": "表示 4.0", "url": "https://creativecommons.org/licenses/by/4.0/deed.ja"},
    {"id": "own", "title": "市の利用規約", "url": ""},
]


@pytest.mark.parametrize(
    ("licence", "identifier"),
    [
        (("http://creativecommons.org/licenses/by/4.0", "CC BY 4.0"), "cc-by-40"),
        (("https://creativecommons.org/licenses/by/2.1/jp/", "CC BY 2.1 JP"), "cc-by"),
        (("https://city.example/terms", "市の利用規約"), "own"),
        (("https://city.example/terms", "ほかの規約"), None),
        (None, ""),
    ],
)
def test_a_licence_is_found_in_the_list_of_the_ckan(licence: tuple[str, str] | None, identifier: str | None) -> None:
    assert licence_in(LISTED, licence) == identifier
