#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The strict OpenMetrics reader takes what is right and nothing else."""
import unittest

from openmetrics_reader import Invalid, check

HEAD = "# TYPE a gauge\n# HELP a x\n"
END = "# EOF\n"
COUNTER = "# TYPE c counter\n# HELP c x\n"
INFO = "# TYPE i info\n# HELP i x\n"

GOOD = {
    "empty": END,
    "gauge": HEAD + "a 1\n" + END,
    "family without samples": HEAD + END,
    "labels": HEAD + 'a{x="1",y="2"} 1\na{x="1",y="3"} 1\n' + END,
    "empty braces": HEAD + "a{} 1\n" + END,
    "escapes": HEAD + 'a{x="\\"\\\\\\n|} {"} 1\n' + END,
    "negative, decimal, exponent": HEAD + 'a{x="1"} -1\na{x="2"} 0.5\n'
                                          'a{x="3"} 1e-05\n' + END,
    "unit": "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n"
            "# HELP a_seconds x\na_seconds 1\n" + END,
    "counter": COUNTER + "c_total 5\n" + END,
    "info": INFO + 'i_info{v="1"} 1\n' + END,
    "two families": HEAD + "a 1\n" + COUNTER + "c_total 1\n" + END,
    "prefix of another": HEAD + "a 1\n# TYPE a_b gauge\n# HELP a_b x\n"
                                "a_b 1\n" + END,
    "utf-8": HEAD + 'a{x="\u00e9"} 1\n' + END,
    "escaped help": '# TYPE a gauge\n# HELP a say \\"x\\" \\\\ \\n\n' + END,
}

BAD = {
    "nothing": "",
    "no EOF": HEAD + "a 1\n",
    "EOF without newline": HEAD + "a 1\n# EOF",
    "text behind EOF": HEAD + "a 1\n" + END + "a 2\n",
    "EOF in a line": HEAD + "a 1 # EOF\n",
    "EOF twice": HEAD + END + END,
    "blank line": HEAD + "\na 1\n" + END,
    "CR": HEAD + "a 1\r\n" + END,
    "NUL": HEAD + 'a{x="\0"} 1\n' + END,
    "comment": "# hello\n" + HEAD + END,
    "no space in comment": "#TYPE a gauge\n" + END,
    "two spaces in TYPE": "# TYPE  a gauge\n# HELP a x\n" + END,
    "two spaces before value": HEAD + "a  1\n" + END,
    "space in labels": HEAD + 'a{x="1", y="2"} 1\n' + END,
    "space before brace": HEAD + 'a {x="1"} 1\n' + END,
    "trailing comma": HEAD + 'a{x="1",} 1\n' + END,
    "trailing space": HEAD + "a 1 \n" + END,
    "tab": HEAD + "a\t1\n" + END,
    "no value": HEAD + "a\n" + END,
    "timestamp": HEAD + "a 1 1700000000\n" + END,
    "exemplar": COUNTER + 'c_total 1 # {a="b"} 1\n' + END,
    "NaN": HEAD + "a NaN\n" + END,
    "infinity": HEAD + "a +Inf\n" + END,
    "hexadecimal": HEAD + "a 0x10\n" + END,
    "bare point": HEAD + "a 1.\n" + END,
    "series twice": HEAD + 'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n' + END,
    "label twice": HEAD + 'a{x="1",x="2"} 1\n' + END,
    "bad label": HEAD + 'a{1x="1"} 1\n' + END,
    "reserved label": HEAD + 'a{__x="1"} 1\n' + END,
    "bare quote": HEAD + 'a{x="1"2"} 1\n' + END,
    "bad escape": HEAD + 'a{x="\\t"} 1\n' + END,
    "open label": HEAD + 'a{x="1} 1\n' + END,
    "family in two pieces": HEAD + "a 1\n" + COUNTER + "c_total 1\n"
                            + 'a{x="1"} 1\n' + END,
    "metadata in two pieces": HEAD + COUNTER + HEAD + END,
    "sample without family": "a 1\n" + END,
    "sample of no family": HEAD + "b 1\n" + END,
    "TYPE behind a sample": "# HELP a x\na 1\n# TYPE a gauge\n" + END,
    "HELP before TYPE": "# HELP a x\n# TYPE a gauge\na 1\n" + END,
    "TYPE twice": "# TYPE a gauge\n# TYPE a gauge\n# HELP a x\n" + END,
    "no HELP": "# TYPE a gauge\na 1\n" + END,
    "no TYPE": "# HELP a x\na 1\n" + END,
    "bad type": "# TYPE a untyped\n# HELP a x\na 1\n" + END,
    "unit is no suffix": "# TYPE a gauge\n# UNIT a seconds\n# HELP a x\n"
                         + END,
    "unit without underscore": "# TYPE aseconds gauge\n"
                               "# UNIT aseconds seconds\n"
                               "# HELP aseconds x\n" + END,
    "unit of info": "# TYPE i_s info\n# UNIT i_s s\n# HELP i_s x\n" + END,
    "counter without total": COUNTER + "c 1\n" + END,
    "counter named total": "# TYPE c_total counter\n# HELP c_total x\n"
                           "c_total 1\n" + END,
    "negative counter": COUNTER + "c_total -1\n" + END,
    "gauge with total": HEAD + "a_total 1\n" + END,
    "info without suffix": INFO + "i 1\n" + END,
    "info of two": INFO + "i_info 2\n" + END,
    "clash": COUNTER + "c_total 1\n# TYPE c_total gauge\n"
             "# HELP c_total x\n" + END,
    "bare quote in help": '# TYPE a gauge\n# HELP a say "x"\n' + END,
    "bad escape in help": "# TYPE a gauge\n# HELP a \\t\n" + END,
    "bad name": "# TYPE 1a gauge\n# HELP 1a x\n" + END,
}


class Rules(unittest.TestCase):
    def test_good(self):
        for name, text in GOOD.items():
            with self.subTest(name):
                check(text.encode())

    def test_bad(self):
        for name, text in BAD.items():
            with self.subTest(name):
                self.assertRaises(Invalid, check, text.encode())

    def test_a_sum_beside_its_parts(self):
        text = (HEAD + 'a{host_name="x"} 3\na{host_name="x",peer="y"} 3\n' + END).encode()
        check(text)
        self.assertRaises(Invalid, check, text, True)
        check((HEAD + 'a{service_name="x"} 3\na{service_name="y"} 3\n' + END).encode(), True)

    def test_no_utf8(self):
        self.assertRaises(Invalid, check, (HEAD + 'a{x="').encode()
                          + b'\xff"} 1\n# EOF\n')


if __name__ == "__main__":
    unittest.main()
