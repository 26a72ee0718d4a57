"""The Kubernetes manifests: whether they agree with each other, with the image
and with the service, which is run by their configuration and asked by their
probes. No cluster is needed, and none is asked."""

import http.client
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse

import yaml

from places import DOCKER
from free_port import free_port
import private_server
from served import BINARY, client

HERE = DOCKER / "kubernetes"
LIMITS = (DOCKER.parent / "config/limits.hpp").read_text()
# A public key, as an identity provider publishes it.
KEY_SET = ('{"keys":[{"kty":"EC","crv":"P-256","kid":"a",'
           '"x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",'
           '"y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]}')


def seconds_of(name):
    """A limit of the service."""
    return int(re.search(rf"\b{name} = (\d+)s;", LIMITS).group(1))


def documents(name):
    return list(yaml.safe_load_all((HERE / name).read_text()))


class manifests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.by_kind = {x["kind"]: x for x in documents("registrar.yaml")}
        cls.secret, = documents("secrets.example.yaml")
        cls.deployment = cls.by_kind["Deployment"]["spec"]
        cls.pod = cls.deployment["template"]["spec"]
        cls.container, = cls.pod["containers"]
        cls.config = cls.by_kind["ConfigMap"]["data"]["registrar.toml"]
        cls.ports = {x["name"]: x["containerPort"]
                     for x in cls.container["ports"]}

    def setting(self, name):
        return re.search(rf'(?m)^{name} = "(.*)"$', self.config).group(1)

    def drain_delay(self):
        return int(self.setting("drain_delay").rstrip("s"))


class the_manifests(manifests):
    def test_are_these(self):
        self.assertEqual(
            set(self.by_kind),
            {"ConfigMap", "ServiceAccount", "Deployment", "Service",
             "NetworkPolicy"})
        self.assertEqual(self.secret["kind"], "Secret")

    def test_run_one_server_and_the_next_when_it_has_ended(self):
        self.assertEqual(self.deployment["replicas"], 1)
        self.assertEqual(self.deployment["strategy"], {"type": "Recreate"})
        self.assertTrue(self.setting("name"))

    def test_select_the_pod(self):
        labels = self.deployment["template"]["metadata"]["labels"]
        for chosen in (self.deployment["selector"]["matchLabels"],
                       self.by_kind["Service"]["spec"]["selector"],
                       self.by_kind["NetworkPolicy"]["spec"]["podSelector"]
                       ["matchLabels"]):
            self.assertTrue(chosen)
            self.assertLessEqual(chosen.items(), labels.items())

    def test_name_the_port_that_is_listened_on(self):
        listen = self.setting("listen")
        self.assertEqual(int(listen.rpartition(":")[2]), self.ports["http"])
        service, = self.by_kind["Service"]["spec"]["ports"]
        self.assertIn(service["targetPort"], self.ports)
        allowed, = self.by_kind["NetworkPolicy"]["spec"]["ingress"]
        self.assertEqual([x["port"] for x in allowed["ports"]], ["http"])
        for kind in ("startup", "liveness", "readiness"):
            self.assertIn(
                self.container[f"{kind}Probe"]["httpGet"]["port"], self.ports)

    def test_let_it_reach_what_its_addresses_name(self):
        allowed = {
            (x.get("to", [{}])[0].get("podSelector", {})
             .get("matchLabels", {}).get("app.kubernetes.io/name"), y["port"])
            for x in self.by_kind["NetworkPolicy"]["spec"]["egress"]
            for y in x["ports"]}
        for url in (self.setting("url"), self.secret["stringData"]["redis-url"]):
            place = urllib.parse.urlsplit(url)
            self.assertIn((place.hostname, place.port), allowed)

    def test_give_it_time_to_stop(self):
        self.assertGreater(self.pod["terminationGracePeriodSeconds"],
                           seconds_of("stop_time_max"))

    def test_give_readiness_time_to_fail_before_the_listener_closes(self):
        probe = self.container["readinessProbe"]
        noticed = (probe["periodSeconds"] * probe["failureThreshold"]
                   + probe["timeoutSeconds"])
        self.assertGreater(self.drain_delay(), noticed)
        self.assertLessEqual(self.drain_delay(), seconds_of("drain_delay_max"))

    def test_run_as_the_user_of_the_image_with_no_rights(self):
        dockerfile = (DOCKER / "Dockerfile").read_text()
        user, group = re.search(r"(?m)^USER (\d+):(\d+)$", dockerfile).groups()
        of_pod = self.pod["securityContext"]
        self.assertEqual((of_pod["runAsUser"], of_pod["runAsGroup"]),
                         (int(user), int(group)))
        self.assertIs(of_pod["runAsNonRoot"], True)
        self.assertEqual(of_pod["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertEqual(
            self.container["securityContext"],
            {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
             "capabilities": {"drop": ["ALL"]}})
        for holder in (self.pod, self.by_kind["ServiceAccount"]):
            self.assertIs(holder["automountServiceAccountToken"], False)

    def test_mount_what_the_configuration_names(self):
        mounted = {x["name"]: x for x in self.container["volumeMounts"]}
        self.assertEqual(
            mounted["config"]["mountPath"],
            self.container["args"][self.container["args"].index("--config")
                                   + 1])
        self.assertEqual(str(pathlib.PurePath(
            self.setting("jwks_file")).parent), mounted["keys"]["mountPath"])
        self.assertTrue(all(x["readOnly"] for x in mounted.values()))
        names = {x["name"]: x["configMap"]["name"]
                 for x in self.pod["volumes"]}
        self.assertEqual(set(names), set(mounted))
        self.assertEqual(names["config"],
                         self.by_kind["ConfigMap"]["metadata"]["name"])
        self.assertIn(f"create configmap {names['keys']} --from-file=jwks.json",
                      (HERE / "registrar.yaml").read_text())

    def test_take_secrets_from_the_secret_alone(self):
        for one in self.container["env"]:
            wanted = one["valueFrom"]["secretKeyRef"]
            self.assertEqual(wanted["name"], self.secret["metadata"]["name"])
            self.assertIn(wanted["key"], self.secret["stringData"])
        self.assertNotRegex((HERE / "registrar.yaml").read_text(),
                            r"//\w*:\w+@")


class the_service_by_the_manifests(manifests):
    """On the embedded stores: tests/deployment/restart_test.py has both."""

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="registrar-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.file = self.place / "registrar.toml"
        self.file.write_text(self.config)
        keys = self.place / "jwks.json"
        keys.write_text(KEY_SET)
        self.port = free_port()
        # What belongs to the cluster is this machine's here.
        self.environment = {
            **os.environ,
            "REGISTRAR_AUTH_JWKS_FILE": str(keys),
            "REGISTRAR_SERVER_LISTEN": f"127.0.0.1:{self.port}"}

    def test_takes_the_configuration(self):
        url = self.secret["stringData"]["redis-url"]
        done = subprocess.run(
            [BINARY, "config", "check", "--config", self.file],
            env={**self.environment, "REGISTRAR_REDIS_URL": url},
            capture_output=True, text=True, timeout=private_server.PATIENCE_S)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def start(self):
        arguments = [str(self.file) if x.startswith("/") else x
                     for x in self.container["args"]]
        process = private_server.spawn(
            [BINARY, *arguments, "--data-dir", str(self.place / "data")],
            env={**self.environment, "REGISTRAR_POSTGRES_URL": ""},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(private_server.stop, process)
        return process

    def probe(self, kind):
        """Status, or None where nobody listens."""
        asking = client(self.port, timeout_s=2)
        path = self.container[f"{kind}Probe"]["httpGet"]["path"]
        try:
            return asking.ask("GET", path).status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            asking.close()

    def test_is_live_and_ready_by_its_probes_and_not_ready_before_it_stops(
            self):
        process = self.start()

        def is_ready():
            self.assertIsNone(process.poll())
            return self.probe("readiness") == 200

        private_server.wait_until("a ready service", is_ready)
        for kind in ("startup", "liveness"):
            self.assertEqual(self.probe(kind), 200)
        asking = client(self.port)
        self.addCleanup(asking.close)
        self.assertEqual(asking.ask("GET", "/api/v1/sections").status, 401)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        private_server.wait_until("readiness to fail",
                                  lambda: self.probe("readiness") != 200)
        self.assertEqual(self.probe("readiness"), 503)
        self.assertEqual(self.probe("liveness"), 200)
        self.assertEqual(
            process.wait(self.pod["terminationGracePeriodSeconds"]), 0)
        self.assertGreaterEqual(time.monotonic() - began, self.drain_delay())


if __name__ == "__main__":
    unittest.main()
