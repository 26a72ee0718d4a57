"""The strict reader refuses what is not the format."""

import unittest

from exposition import fault, page

GOOD = """# HELP a_total Things.
# TYPE a_total counter
a_total{x="1"} 2
a_total{x="\\"\\\\\\n"} 3.5e+01
# HELP h Spread.
# TYPE h histogram
h_count{r="s"} 3
h_sum{r="s"} 7
h_bucket{r="s",le="1"} 1
h_bucket{r="s",le="+Inf"} 3
# HELP g Level.
# TYPE g gauge
g Nan
"""


class the_reader(unittest.TestCase):
    def test_takes_what_is_right(self):
        got = page(GOOD)
        self.assertEqual(got.value("a_total", x="1"), 2)
        self.assertEqual(got.value("a_total", x='"\\\n'), 35)
        self.assertEqual(got.value("h_bucket", r="s", le="+Inf"), 3)
        self.assertNotEqual(got.value("g"), got.value("g"))
        self.assertEqual(got.names(), {"a_total", "h_count", "h_sum",
                                       "h_bucket", "g"})
        self.assertNotIn(("g", ()), got.counters())

    def test_refuses_what_is_not(self):
        changes = [
            ("g Nan\n", "g Nan"), ("g Nan", "g one"), ("g Nan", "g  1"),
            ("g Nan", "g 1 "), ("g Nan", "g 1\n\n"), ("g Nan", "other 1"),
            ('{x="1"}', '{x="1",}'), ('{x="1"}', "{x=1}"),
            ('{x="1"}', '{x="1"x="2"}'), ('{x="1"}', '{x="1",x="2"}'),
            ('{x="1"}', '{x="\\"\\\\\\n"}'), ('{x="1"}', '{x="\\t"}'),
            ("} 2", "} -2"), ("} 2", "} Nan"), ("counter", "count"),
            ("# HELP a_total Things.\n", ""), ("# TYPE g gauge\n", ""),
            ("# HELP g Level.", "# HELP h Level."), ("g Nan\n", ""),
            ('le="1"} 1', 'le="1"} 4'), ('le="1"', 'le="+Inf"'),
            ('h_bucket{r="s",le="+Inf"} 3\n', ""), ("h_sum", "h_sums"),
            ('h_count{r="s"} 3', 'h_count{r="s"} 4'),
            ('h_sum{r="s"} 7\n', ""), ('h_count{r="s"}', 'h_count{r="t"}'),
        ]
        for old, new in changes:
            self.assertEqual(GOOD.count(old), 1, old)
            with self.subTest(f"{old} -> {new}"):
                self.assertRaises(fault, page, GOOD.replace(old, new))


if __name__ == "__main__":
    unittest.main()
