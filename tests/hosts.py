"""Apache and nginx over an exported site, as a city would run them: real servers with the rules of the export."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
APACHE = shutil.which("apache2", path=_PLACES) or shutil.which("httpd", path=_PLACES)
NGINX = shutil.which("nginx", path=_PLACES)
_MODULES = ("mpm_event", "authz_core", "dir", "mime", "rewrite", "headers", "alias")
_APACHE_CONF = """
ServerRoot {home}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {home}/pid
ErrorLog {home}/error.log
{modules}
TypesConfig /dev/null
{user}
DocumentRoot {root}
<Directory {root}>
  AllowOverride All
  Require all granted
</Directory>
"""
_NGINX_CONF = """
{user}daemon off; pid {home}/pid; error_log {home}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3;
  uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
  include {site}/nginx/http.conf;
  server {{ listen 127.0.0.1:{port}; root {root}; include {site}/nginx/server.conf; }}
}}
"""


def open_to_others(folder: Path) -> None:
    """Servers that root starts read as another user: every folder above lets them through."""
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and path.is_relative_to(tempfile.gettempdir()):
            path.chmod(path.stat().st_mode | 0o055)


@contextmanager
def apache(root: Path, home: Path) -> Iterator[str]:
    """The address of Apache over a folder; skips where it is not installed."""
    if not APACHE:
        pytest.skip("apache2 is not installed")
    modules = next(path for path in map(Path, ("/usr/lib/apache2/modules", "/usr/libexec/apache2")) if path.is_dir())
    built_in = subprocess.run([APACHE, "-l"], check=True, capture_output=True, text=True).stdout
    loaded = [
        f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES if f"mod_{name}.c" not in built_in
    ]
    port = _free_port()
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    conf = home / "apache.conf"
    conf.write_text(
        _APACHE_CONF.format(home=home, port=port, modules="\n".join(loaded), root=root, user=user), encoding="utf-8"
    )
    with _running([APACHE, "-f", str(conf), "-DFOREGROUND"], port, home):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(root: Path, home: Path, site: Path | None = None) -> Iterator[str]:
    """The address of nginx over a folder in which `site` lies; skips where it is not installed."""
    if not NGINX:
        pytest.skip("nginx is not installed")
    port = _free_port()
    user = "user root; " if os.geteuid() == 0 else ""
    conf = home / "nginx.conf"
    conf.write_text(_NGINX_CONF.format(home=home, port=port, root=root, site=site or root, user=user), encoding="utf-8")
    with _running([NGINX, "-c", str(conf), "-p", str(home)], port, home):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], port: int, home: Path) -> Iterator[None]:
    log = home / "error.log"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if process.poll() is not None:
                pytest.fail(f"{' '.join(command)} did not start: {log.read_text() if log.exists() else ''}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
