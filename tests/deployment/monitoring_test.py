"""Alerts and dashboard against what a running server really exports: a name
that is not there would never alert, and nobody would notice."""

import json
import re
import unittest

import yaml

from places import DOCKER
import promql
from exposition import page
from served import client, served

# Of Prometheus itself, about the scrape; and labels that it adds.
OF_PROMETHEUS = {"up": {"job": "registrar", "instance": ""}}
ADDED = {"job": "registrar"}
SPAN_OF_GRAFANA = "$__rate_interval"
# Places of numbers in texts: {{ $labels.role }}.
TEMPLATE = re.compile(r"{{\s*(?:\$labels\.)?(\w+)\s*}}")


class monitoring(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with served() as server:
            server.import_sections([("ALERT 1", "A00", 1)], 1)
            server.start()
            scraper = client(server.port)
            cls.page = page(scraper.ask("GET", "/metrics").body)
            scraper.close()
        cls.config = yaml.safe_load(
            (DOCKER / "prometheus/prometheus.yml").read_text())
        cls.compose = yaml.safe_load(
            (DOCKER / "compose.yml").read_text())["services"]
        groups = yaml.safe_load(
            (DOCKER / "prometheus/alerts.yml").read_text())["groups"]
        cls.alerts = [x for group in groups for x in group["rules"]]
        cls.dashboard = json.loads(
            (DOCKER / "grafana/dashboards/registrar.json").read_text())
        cls.queries = [(panel["title"], x["expr"], x["legendFormat"])
                       for panel in cls.dashboard["panels"]
                       for x in panel.get("targets", [])]

    def matching(self, one):
        """Labels of the series that a selector finds on the page."""
        if one.name in OF_PROMETHEUS:
            return [x for x in [OF_PROMETHEUS[one.name]] if one.takes(x)]
        return [{**dict(labels), **ADDED}
                for name, labels in self.page.series()
                if name == one.name and one.takes({**dict(labels), **ADDED})]

    def check(self, expression, texts=()):
        """Returns the names in it."""
        found = promql.selectors(expression)
        self.assertTrue(found, expression)
        known = set()
        for one in found:
            series = self.matching(one)
            self.assertTrue(series, f"{one} is nowhere, in: {expression}")
            known |= set().union(*series)
            for name, sign, text in one.matchers:
                if sign == "=~":
                    self.check_choices(one, name, text)
            self.check_kind(one, expression)
        groups = promql.groupings(expression)
        self.assertLessEqual(groups, known, expression)
        for text in texts:
            labels = set(TEMPLATE.findall(text))
            self.assertLessEqual(labels, known, f"{text}: {expression}")
            if groups - {"le"}:
                self.assertLessEqual(labels, groups, expression)
        return {x.name for x in found}

    def check_choices(self, one, label, text):
        """Each of `a|b` is there, not only one of them."""
        values = {x.get(label) for x in self.matching(one)}
        for choice in text.split("|"):
            self.assertTrue(
                any(re.fullmatch(choice, x or "") for x in values)
                or choice == "4..", f"{label} {choice}: {one}")

    def check_kind(self, one, expression):
        """Counters are looked at over a time, gauges as they are."""
        is_total = re.search(r"_(total|count|sum|bucket)$", one.name)
        self.assertEqual(bool(is_total), one.span is not None, expression)

    # -- alerts ---------------------------------------------------------------

    def test_alerts_ask_for_what_is_there(self):
        self.assertGreater(len(self.alerts), 15)
        for alert in self.alerts:
            with self.subTest(alert["alert"]):
                self.check(alert["expr"], alert["annotations"].values())

    def test_alerts_say_what_is_wrong_and_what_to_do(self):
        names = [x["alert"] for x in self.alerts]
        self.assertEqual(len(set(names)), len(names))
        for alert in self.alerts:
            with self.subTest(alert["alert"]):
                self.assertRegex(alert["alert"], r"^Registrar[A-Z]\w+$")
                notes = alert["annotations"]
                self.assertEqual(set(notes), {"summary", "runbook"})
                self.assertRegex(notes["summary"], r"^[A-Z{].{15,99}\.$")
                self.assertRegex(notes["runbook"], r"^[A-Z].{40,}\.$")
                self.assertIn(alert["labels"]["severity"],
                              {"warning", "critical"})
                # Something is compared, else any value would alert.
                self.assertRegex(alert["expr"], r" (==|>|<) \S+$")

    def test_alerts_wait_neither_for_nothing_nor_for_long(self):
        scrape = promql.seconds(self.config["global"]["scrape_interval"])
        for alert in self.alerts:
            with self.subTest(alert["alert"]):
                wait = promql.seconds(alert.get("for", "0s"))
                self.assertLessEqual(wait, 900)
                self.assertTrue(wait == 0 or wait >= 2 * scrape)
                for one in promql.selectors(alert["expr"]):
                    if one.span:
                        span = promql.seconds(one.span)
                        # A scrape may fail without a false alarm.
                        self.assertGreaterEqual(span, 4 * scrape)
                        self.assertLessEqual(span, 3600)

    # -- dashboard ------------------------------------------------------------

    def test_the_dashboard_asks_for_what_is_there(self):
        self.assertGreater(len(self.queries), 60)
        for title, expression, legend in self.queries:
            with self.subTest(title):
                self.check(expression, [legend])
                for one in promql.selectors(expression):
                    self.assertIn(one.span, {None, SPAN_OF_GRAFANA})

    def test_the_dashboard_shows_every_family(self):
        shown = set().union(*(self.check(x) for _, x, _ in self.queries))
        for name, one in self.page.families.items():
            parts = {name} | {name + x for x in ("_bucket", "_count", "_sum")}
            self.assertTrue(parts & shown, f"{name} is on no panel")

    def test_panels_lie_beside_each_other(self):
        taken = set()
        ids = [x["id"] for x in self.dashboard["panels"]]
        self.assertEqual(len(set(ids)), len(ids))
        for panel in self.dashboard["panels"]:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24)
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                     for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells

    # -- how it is wired ------------------------------------------------------

    def test_prometheus_asks_the_service_where_it_listens(self):
        job, = self.config["scrape_configs"]
        self.assertEqual(job["metrics_path"], "/metrics")
        self.assertEqual(job["job_name"], ADDED["job"])
        command = self.compose["registrar"]["command"]
        listen = command[command.index("--listen") + 1]
        self.assertEqual(job["static_configs"], [{"targets": [listen]}])
        self.assertEqual(self.compose["prometheus"]["network_mode"],
                         "service:nginx")
        for name in self.config["rule_files"]:
            self.assertTrue((DOCKER / "prometheus" / name).exists(), name)
        spans = self.config["global"]
        self.assertLess(promql.seconds(spans["scrape_timeout"]),
                        promql.seconds(spans["scrape_interval"]))

    def test_grafana_knows_its_source_and_its_dashboard(self):
        sources = yaml.safe_load((
            DOCKER / "grafana/provisioning/datasources/prometheus.yml"
        ).read_text())["datasources"]
        uids = {x["datasource"]["uid"] for x in self.dashboard["panels"]
                if "datasource" in x}
        self.assertEqual(uids, {x["uid"] for x in sources})
        provider, = yaml.safe_load((
            DOCKER / "grafana/provisioning/dashboards/registrar.yml"
        ).read_text())["providers"]
        mounts = self.compose["grafana"]["volumes"]
        self.assertIn("./grafana/dashboards:"
                      f"{provider['options']['path']}:ro", mounts)


if __name__ == "__main__":
    unittest.main()
