# SPDX-License-Identifier: Apache-2.0
"""What installer/setup says when pip fails: pip's own words, with the cause that its last line leaves out, and the next step.
Each log is what pip wrote in that case. Called with the checkout's folder."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop())
END = """ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: none)
ERROR: No matching distribution found for torch==2.13.0
"""
RETRY = ("WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by "
         "'{}': /simple/torch/\n")


def told(log):
    with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
        file.write(log)
        file.flush()
        return subprocess.run(["bash", "-c", '. installer/common.sh; pipFailure "$1"', "-", file.name], cwd=ROOT,
                              check=True, capture_output=True, text=True).stdout


class PipFailure(unittest.TestCase):
    def test_a_certificate_that_is_not_trusted(self):
        words = told(RETRY.format("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
                                  "failed: self-signed certificate (_ssl.c:992)'))") + END)
        self.assertIn("self-signed certificate", words)
        self.assertIn("No matching distribution found for torch", words)
        self.assertIn("PIP_CERT=FILE", words)

    def test_an_index_that_is_given_up(self):
        words = told("Could not fetch URL https://index/simple/torch/: There was a problem confirming the ssl certificate: "
                     "HTTPSConnectionPool(host='index', port=443): Max retries exceeded - skipping\n" + END)
        self.assertIn("problem confirming the ssl certificate", words)
        self.assertIn("PIP_CERT=FILE", words)

    def test_no_network(self):
        for cause in ("Connection refused", "Name or service not known", "ProxyError('Cannot connect to proxy.')"):
            words = told(RETRY.format(cause) * 3 + END)
            self.assertEqual(words.count(cause), 1)
            self.assertIn("HTTPS_PROXY", words)

    def test_a_full_disk(self):
        words = told("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n")
        self.assertIn("No space left on device", words)
        self.assertIn("free space", words)

    def test_other_ends(self):
        words = told("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n")
        self.assertIn("DO NOT MATCH THE HASHES", words)
        self.assertIn("read the log", words)
        self.assertIn("it says nothing", told("Collecting torch\n"))


unittest.main()
