"""The files of docker/ one by one: what their own tools say of them, and that
they agree with each other and with the service."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

from places import DOCKER
import private_server
import proxy
from served import BINARY, client, served

STOP_TIME_MAX_S = 30


def run(*command, **options):
    return subprocess.run([*map(str, command)], capture_output=True,
                          text=True, timeout=private_server.PATIENCE_S,
                          **options)


class compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = yaml.safe_load(
            (DOCKER / "compose.yml").read_text())["services"]

    def test_names_the_four_services_and_two_on_demand(self):
        on_demand = {name for name, service in self.services.items()
                     if service.get("profiles") == ["monitoring"]}
        self.assertEqual(on_demand, {"prometheus", "grafana"})
        self.assertEqual(set(self.services) - on_demand,
                         {"redis", "postgres", "nginx", "registrar"})

    def test_gives_each_a_health_check_and_no_more_rights_than_it_needs(self):
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertTrue(service["healthcheck"]["test"])
                self.assertIs(service["read_only"], True)
                self.assertEqual(service["cap_drop"], ["ALL"])
                self.assertIn("no-new-privileges:true",
                              service["security_opt"])
                self.assertEqual(service["restart"], "unless-stopped")
                # The image of the service says so itself.
                if name != "registrar":
                    self.assertRegex(service["user"], r"^[1-9]\d*:[1-9]\d*$")

    def test_mounts_only_what_is_shipped_and_read_only(self):
        seen = set()
        for service in self.services.values():
            for mount in service.get("volumes", []):
                if mount.startswith("./"):
                    source, _, mode = mount.split(":")
                    self.assertEqual(mode, "ro", mount)
                    self.assertTrue((DOCKER / source).exists(), mount)
                    seen.add(source)
        self.assertEqual(seen, {
            "./redis.conf", "./postgresql.conf", "./nginx.conf", "./site",
            "./prometheus", "./grafana/provisioning", "./grafana/dashboards"})

    def test_waits_for_the_stores(self):
        waits = self.services["registrar"]["depends_on"]
        for name in ("redis", "postgres", "nginx"):
            self.assertEqual(waits[name]["condition"], "service_healthy")

    def test_gives_the_service_time_to_stop(self):
        grace = self.services["registrar"]["stop_grace_period"]
        self.assertGreater(int(grace.rstrip("s")), STOP_TIME_MAX_S)

    def test_shows_the_service_to_nobody_but_nginx_and_that_to_this_host(self):
        registrar = self.services["registrar"]
        self.assertEqual(registrar["network_mode"], "service:nginx")
        listen = registrar["command"][registrar["command"].index("--listen")
                                      + 1]
        site = (DOCKER / "site/upstream.conf").read_text()
        self.assertIn(f"server {listen};", site)
        self.assertTrue(listen.startswith("127.0.0.1:"))
        published = {name: x for name, service in self.services.items()
                     for x in service.get("ports", [])}
        self.assertEqual(set(published), {"nginx", "grafana"})
        for ports in published.values():
            self.assertEqual(ports.split(":")[0], "127.0.0.1")
        inside = published["nginx"].split(":")[2]
        self.assertIn(f"listen {inside} ",
                      (DOCKER / "site/listen.conf").read_text())

    def test_keeps_passwords_out_of_the_file(self):
        text = (DOCKER / "compose.yml").read_text()
        for line in text.splitlines():
            if re.search(r"PASSWORD|requirepass", line):
                self.assertRegex(line, r"\$\{REGISTRAR_|\$\$REDISCLI_AUTH")
        example = (DOCKER / "secrets.env.example").read_text()
        for name in re.findall(r"\$\{(\w+):\?", text):
            self.assertRegex(example, rf"(?m)^{name}=$")
        ignored = (DOCKER.parent / ".gitignore").read_text().splitlines()
        self.assertIn("/docker/secrets.env", ignored)


class compose_cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.single = yaml.safe_load(
            (DOCKER / "compose.yml").read_text())["services"]
        cls.changed = yaml.safe_load(
            (DOCKER / "compose-cluster.yml").read_text())["services"]
        cls.nodes = {name: service for name, service in cls.changed.items()
                     if "command" in service}

    def given(self, flag):
        return [x["command"][x["command"].index(flag) + 1]
                for x in self.nodes.values()]

    def test_has_three_nodes_with_names_and_addresses_of_their_own(self):
        self.assertEqual(set(self.nodes),
                         {"registrar", "registrar-2", "registrar-3"})
        names = self.given("--node")
        self.assertEqual(len(set(names)), 3)
        self.assertIn(names[0], self.single["registrar"]["command"])
        places = self.given("--listen") + self.given("--cluster-listen")
        self.assertEqual(len(set(places)), 6)
        # Others need auth.mode, and certificates.
        for place in places:
            self.assertTrue(place.startswith("127.0.0.1:"), place)

    def test_has_them_all_behind_nginx(self):
        mount, = self.changed["nginx"]["volumes"]
        source, target, mode = mount.split(":")
        self.assertEqual((target, mode),
                         ("/etc/nginx/site/upstream.conf", "ro"))
        upstream = (DOCKER / source).read_text()
        self.assertEqual(re.findall(r"^server (\S+)", upstream, re.M),
                         self.given("--listen"))

    def test_runs_the_others_as_the_first(self):
        first = self.single["registrar"]
        for name, node in self.nodes.items():
            if name == "registrar":
                continue
            with self.subTest(name):
                for what in set(first) - {"build", "command", "depends_on",
                                          "healthcheck"}:
                    self.assertEqual(node[what], first[what], what)
                for what, wait in first["depends_on"].items():
                    self.assertEqual(node["depends_on"][what], wait)
                checked = node["healthcheck"].pop("test")
                self.assertEqual(":".join(checked[2:4]),
                                 node["command"][2])
                self.assertEqual(
                    node["healthcheck"],
                    {x: y for x, y in first["healthcheck"].items()
                     if x != "test"})


class the_image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = (DOCKER / "Dockerfile").read_text()
        cls.run_stage = text[text.index(" AS run"):]

    @unittest.skipUnless(shutil.which("readelf") and shutil.which("dpkg"),
                         "readelf or dpkg is not installed")
    def test_installs_the_libraries_that_the_binary_loads(self):
        loaded = re.findall(r"NEEDED\).*\[(.*)\]",
                            run("readelf", "-d", BINARY).stdout)
        self.assertGreater(len(loaded), 5)
        if any(re.match(r"lib[atu]+san", x) for x in loaded):
            self.skipTest("a sanitizer's build is not what is shipped")
        # Other packages may have a file of that name for another processor.
        taken = dict(re.findall(r"(\S+) => (?:/usr)?(/\S+)",
                                run("ldd", BINARY).stdout))
        packages = set()
        for library in loaded:
            owner = run("dpkg", "-S", f"*{taken[library]}").stdout
            self.assertTrue(owner, f"{library} is of no package")
            packages |= {x.split(":")[0] for x in owner.splitlines()}
        # Part of every image.
        packages.discard("libc6")
        install = re.search(r"install -y(.*?)&&", self.run_stage, re.S)
        listed = set(re.findall(r"^    ([a-z][\w.+-]+) \\$",
                                install.group(1), re.M))
        self.assertEqual(listed, packages)

    def test_does_not_run_as_root(self):
        user, = re.findall(r"^USER (.*)$", self.run_stage, re.M)
        self.assertRegex(user, r"^[1-9]\d*:[1-9]\d*$")

    def test_asks_for_its_health_by_what_it_has(self):
        check, = re.findall(r'CMD \["probe", (.*)\]$', self.run_stage, re.M)
        host, port, path = (x.strip('"') for x in check.split(", "))
        self.assertEqual((host, port), ("127.0.0.1", "8080"))
        with served() as server:
            server.import_sections([("PROBE 1", "A00", 1)], 1)
            server.start()

            def probe(where):
                return run(DOCKER / "probe", host, server.port,
                           where).returncode

            for where in (path, "/ready"):
                self.assertEqual(probe(where), 0, where)
            self.assertNotEqual(probe("/api/v1/sections/none"), 0)
            server.kill()
            self.assertNotEqual(probe(path), 0)


class other_files(unittest.TestCase):
    def test_nginx_takes_its_configuration(self):
        nginx = proxy.Proxy(1)
        self.addCleanup(nginx.stop)
        checked = run(*nginx.command("-t"), **nginx.who)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertNotIn("warn", checked.stderr)
        with tempfile.TemporaryDirectory(prefix="registrar-") as prefix:
            checked = run(proxy.binary(), "-t", "-p", prefix, "-c",
                          DOCKER / "nginx.conf", "-e", "stderr")
            self.assertEqual(checked.returncode, 0, checked.stderr)
            # And with the nodes of a cluster.
            site = pathlib.Path(prefix) / "site"
            shutil.copytree(DOCKER / "site", site)
            shutil.copy(DOCKER / "cluster/upstream.conf", site)
            shutil.copy(DOCKER / "nginx.conf", prefix)
            checked = run(proxy.binary(), "-t", "-p", prefix, "-c",
                          pathlib.Path(prefix) / "nginx.conf", "-e", "stderr")
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_the_service_takes_its_configuration(self):
        checked = run(BINARY, "config", "check", "--config",
                      DOCKER / "registrar.toml")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        shown = run(BINARY, "config", "show", "--config",
                    DOCKER / "registrar.toml").stdout
        for line in ('url = "redis://127.0.0.1:6379/0"',
                     'url = "postgresql://registrar@127.0.0.1:5432/registrar"',
                     'name = "registrar-1"'):
            self.assertIn(line, shown)


class the_unit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.path = DOCKER / "registrar.service"
        cls.settings = [
            x.split("=", 1) for x in cls.path.read_text().splitlines()
            if "=" in x and not x.startswith("#")]

    def value(self, name):
        found, = [x for key, x in self.settings if key == name]
        return found

    def test_is_watched_and_stopped_in_time(self):
        self.assertEqual(self.value("Type"), "notify")
        self.assertEqual(self.value("Restart"), "on-failure")
        self.assertGreater(int(self.value("TimeoutStopSec").rstrip("s")),
                           STOP_TIME_MAX_S)
        # A sign of life may be late by two answers of a second each.
        self.assertGreaterEqual(int(self.value("WatchdogSec").rstrip("s")), 10)
        self.assertTrue(self.value("ExecStart").endswith(
            "/registrar serve --config /etc/registrar/registrar.toml"))

    @unittest.skipUnless(shutil.which("systemd-analyze"),
                         "systemd-analyze is not installed")
    def test_is_taken_by_systemd(self):
        with tempfile.TemporaryDirectory(prefix="registrar-") as place:
            unit = pathlib.Path(place) / "registrar.service"
            # It must name a program that is there.
            unit.write_text(self.path.read_text().replace(
                "/usr/local/bin/registrar", os.path.abspath(BINARY)))
            checked = run("systemd-analyze", "verify", unit)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            self.assertNotIn(str(unit), checked.stderr)

    @unittest.skipUnless(
        shutil.which("systemd-analyze") and shutil.which("strace"),
        "systemd-analyze or strace is not installed")
    def test_lets_the_service_do_what_it_does(self):
        """Every system call of a life is in the unit's filter."""
        with served() as server:
            server.import_sections([("CALLS 1", "A00", 1)], 3)
            trace = server.directory / "trace"
            process = private_server.spawn(
                ["strace", "-f", "-qq", "-e", "signal=none", "-o", trace,
                 BINARY, "serve", "--listen", f"127.0.0.1:{server.port}",
                 *server.flags], stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True)
            self.addCleanup(private_server.stop, process)
            server.process = process
            try:
                server.wait_ready()
            except AssertionError:
                if "ptrace" in process.stderr.read():
                    self.skipTest("this process may not trace others")
                raise
            # What it asks the system about itself.
            self.assertEqual(client(server.port).ask(
                "GET", "/metrics").status, 200)
            child, = pathlib.Path(
                f"/proc/{process.pid}/task/{process.pid}/children"
            ).read_text().split()
            os.kill(int(child), 15)
            self.assertEqual(process.wait(private_server.PATIENCE_S), 0)
            process.stderr.close()
            made = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.M))
        self.assertIn("epoll_wait", made)
        if os.geteuid() == 0:
            # SQLite gives its files their owner, where it is root.
            made.discard("fchown")
        self.assertEqual(made - self.allowed(), set())

    def allowed(self):
        result = set()
        for key, names in self.settings:
            if key == "SystemCallFilter":
                calls = set().union(*(calls_of(x)
                                      for x in names.lstrip("~").split()))
                result = (result - calls if names.startswith("~")
                          else result | calls)
        return result


def calls_of(name):
    """Of a set of systemd's, and of those that it names."""
    result = set()
    for line in run("systemd-analyze", "syscall-filter",
                    name).stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            result |= calls_of(word)
        elif word and not word.startswith("#"):
            result.add(word)
    return result


if __name__ == "__main__":
    unittest.main()
