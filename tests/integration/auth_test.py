#!/usr/bin/env python3
"""Authentication as an operator meets it: through the real binary, with keys
that the openssl command makes, and tokens of the binary and of this file."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

BINARY = os.environ["REGISTRAR_BINARY"]
PATIENCE_S = 60
STUDENT = "123e4567-e89b-12d3-a456-426614174000"
OTHER = "123e4567-e89b-12d3-a456-426614174001"
SECTION = "789e0123-e45b-67c8-d901-234567890123"
SECRET = "a secret of 32 bytes and no less"


def run(*arguments, **environment):
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True,
        timeout=PATIENCE_S, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


def openssl(*arguments, given=None):
    return subprocess.run(["openssl", *map(str, arguments)], check=True,
                          input=given, capture_output=True).stdout


def to_base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signing_input(header, claims):
    return ".".join(to_base64url(json.dumps(x).encode())
                    for x in (header, claims))


def claims_of(subject=STUDENT, roles=("student",), **more):
    return {"sub": subject, "roles": list(roles),
            "exp": int(time.time()) + 600, **more}


def hs256_token(claims, secret=SECRET):
    text = signing_input({"alg": "HS256"}, claims)
    return text + "." + to_base64url(
        hmac.digest(secret.encode(), text.encode(), hashlib.sha256))


class rsa_key:
    """A private key in a file, and what openssl does with it."""

    def __init__(self, folder, name):
        self.name = name
        self.private = folder / f"{name}.pem"
        openssl("genrsa", "-out", self.private, "2048")

    def public_pem(self):
        return openssl("rsa", "-in", self.private, "-pubout").decode()

    def jwk(self):
        out = openssl("rsa", "-in", self.private, "-noout", "-modulus")
        modulus = bytes.fromhex(out.decode().strip().split("=")[1])
        return {"kty": "RSA", "kid": self.name, "use": "sig", "alg": "RS256",
                "n": to_base64url(modulus), "e": "AQAB"}

    def token(self, claims):
        text = signing_input({"alg": "RS256", "kid": self.name}, claims)
        return text + "." + to_base64url(openssl(
            "dgst", "-sha256", "-sign", self.private, given=text.encode()))


class auth_case(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="registrar-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.data = self.folder / "data"
        self.secret = self.file("secret", SECRET + "\n")

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def settings(self, **auth):
        lines = [f'{key} = "{value}"' for key, value in auth.items()]
        return self.file("site.toml", "\n".join(["[auth]", *lines, ""]))

    def import_example(self):
        sections = self.file("sections.csv", (
            "semester,course_code,course_name,section_number,total_seats,"
            f"meetings,section_id\nS,C,Name,A,5,,{SECTION}\n"))
        students = self.file("students.csv", (
            "student_number,first_name,last_name,email,enrollment_status,"
            f"student_id\n1,A,B,a@x.edu,active,{STUDENT}\n"
            f"2,C,D,c@x.edu,active,{OTHER}\n"))
        code, _, err = run("import", "--data-dir", self.data, "--sections",
                           sections, "--students", students)
        self.assertEqual(code, 0, err)

    def serve(self, config, listen="127.0.0.1:0"):
        self.log = self.folder / "log"
        with self.log.open("w") as log:
            process = subprocess.Popen(
                [BINARY, "serve", "--listen", listen, "--data-dir",
                 str(self.data), "--config", str(config)],
                stdout=subprocess.PIPE, stderr=log, text=True)

        def end():
            process.terminate()
            process.wait(timeout=PATIENCE_S)
            process.stdout.close()

        self.addCleanup(end)
        line = process.stdout.readline()
        self.assertIn("http://", line, self.log.read_text())
        port = line.split(" with ")[0].rsplit(":", 1)[1]
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, path, token=None, body=None):
        """Status, and the body or the problem's code."""
        request = urllib.request.Request(self.url + path)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)["code"]

    def register(self, token, student=STUDENT):
        return self.ask("/api/v1/register", token,
                        {"student_id": student, "section_ids": [SECTION]})

    def token(self, *arguments):
        code, out, err = run("token", "--secret-file", self.secret, *arguments)
        self.assertEqual(code, 0, err)
        return out.strip()

    def refused(self, *arguments, **environment):
        code, out, err = run(*arguments, **environment)
        self.assertEqual(code, 2, err)
        self.assertEqual(out, "")
        last = err.strip().splitlines()[-1]
        self.assertTrue(last.startswith("registrar: "), err)
        return last


class serving(auth_case):
    def test_a_token_of_the_command_registers_its_student_and_no_other(self):
        self.import_example()
        self.serve(self.settings(mode="jwt", hs256_secret_file=self.secret))
        token = self.token("--sub", STUDENT, "--role", "student")
        self.assertEqual(self.register(None), (401, "unauthenticated"))
        self.assertEqual(self.register(token + "x"), (401, "invalid_token"))
        status, body = self.register(token)
        self.assertEqual(status, 200)
        self.assertEqual(body["summary"]["enrolled"], 1)
        self.assertEqual(self.register(token, OTHER), (403, "forbidden"))
        roster = f"/api/v1/sections/{SECTION}/roster"
        self.assertEqual(self.ask(roster, token), (403, "forbidden"))
        staff = self.token("--sub", "jane", "--role", "staff", "--role",
                           "operator")
        status, body = self.ask(roster, staff)
        self.assertEqual([x["student_id"] for x in body["roster"]], [STUDENT])
        # Whatever was refused, no token came into the log.
        for part in token.split(".") + staff.split("."):
            self.assertNotIn(part, self.log.read_text())

    def test_issuer_and_audience_are_demanded_where_they_are_set(self):
        self.serve(self.settings(mode="jwt", hs256_secret_file=self.secret,
                                 issuer="me", audience="us"))
        ask = lambda *more: self.ask("/api/v1/sections", self.token(
            "--sub", "jane", "--role", "staff", *more))[0]
        self.assertEqual(ask(), 401)
        self.assertEqual(ask("--issuer", "me"), 401)
        self.assertEqual(ask("--issuer", "me", "--audience", "us"), 200)

    def test_it_listens_anywhere_once_it_asks_for_tokens(self):
        self.serve(self.settings(mode="jwt", hs256_secret_file=self.secret),
                   listen="0.0.0.0:0")
        self.assertEqual(self.ask("/live")[0], 200)
        self.assertEqual(self.ask("/api/v1/sections")[0], 401)

    def test_a_public_key_takes_its_own_signatures_only(self):
        key = rsa_key(self.folder, "k")
        pem = self.file("public.pem", key.public_pem(), 0o644)
        self.serve(self.settings(mode="jwt", public_key_file=pem))
        path = "/api/v1/sections"
        claims = claims_of()
        self.assertEqual(self.ask(path, key.token(claims))[0], 200)
        other = rsa_key(self.folder, "o")
        for forged in (other.token(claims),
                       # The public key is known to everybody.
                       hs256_token(claims, key.public_pem()),
                       signing_input({"alg": "none"}, claims) + "."):
            self.assertEqual(self.ask(path, forged), (401, "invalid_token"))

    def test_a_key_set_is_read_again(self):
        one, two = (rsa_key(self.folder, x) for x in ("one", "two"))
        jwks = self.file("jwks.json", json.dumps({"keys": [one.jwk()]}), 0o644)
        self.serve(self.settings(mode="jwt", jwks_file=jwks))
        path = "/api/v1/sections"
        old, new = (x.token(claims_of()) for x in (one, two))
        self.assertEqual(self.ask(path, old)[0], 200)
        self.assertEqual(self.ask(path, new), (401, "invalid_token"))
        next_file = self.file("next", json.dumps({"keys": [two.jwk()]}), 0o644)
        next_file.rename(jwks)
        end = time.monotonic() + PATIENCE_S
        while self.ask(path, new)[0] != 200:
            self.assertLess(time.monotonic(), end, "the set was not read again")
            time.sleep(0.2)
        self.assertEqual(self.ask(path, old), (401, "invalid_token"))

    def test_verify_lets_itself_in(self):
        self.import_example()
        config = self.settings(mode="jwt", hs256_secret_file=self.secret)
        self.serve(config)
        self.register(self.token("--sub", STUDENT, "--role", "student"))
        code, out, err = run("verify", "--config", config, "--data-dir",
                             self.data)
        self.assertEqual(code, 0, out + err)
        self.assertIn("1 sections compared, 0 differences", out)
        # Without the configuration it needs a token from outside.
        self.assertIn("REGISTRAR_TOKEN",
                      self.refused("verify", "--data-dir", self.data))
        staff = self.token("--sub", "jane", "--role", "staff")
        code, out, err = run("verify", "--data-dir", self.data,
                             REGISTRAR_TOKEN=staff)
        self.assertEqual(code, 0, out + err)

    def test_a_rehearsal_bears_an_admins_token(self):
        self.import_example()
        config = self.settings(mode="jwt", hs256_secret_file=self.secret)
        self.serve(config)
        trace = self.file(
            "trace.tsv", "time\tcourse\tsection\tenrolled\twaitlisted\t"
            "capacity\n1\tA\tx\t2\t0\t2\n2\tA\tx\t2\t1\t2\n")
        base = ["rehearse", "--trace", trace, "--url", self.url]
        code, out, err = run(*base, "--config", config)
        self.assertEqual(code, 0, out + err)
        admin = self.token("--sub", "jane", "--role", "admin")
        code, out, err = run(*base, REGISTRAR_TOKEN=admin)
        self.assertEqual(code, 0, out + err)
        self.assertIn("REGISTRAR_TOKEN", self.refused(*base))
        staff = self.token("--sub", "jane", "--role", "staff")
        code, out, err = run(*base, REGISTRAR_TOKEN=staff)
        self.assertEqual((code, out), (2, ""), err)
        self.assertIn("the role admin", err)
        # One of the rehearsal's own is configured the same.
        code, out, err = run("rehearse", "--trace", trace, "--config", config)
        self.assertEqual(code, 0, out + err)

    def test_top_lets_itself_in_as_an_operator(self):
        self.import_example()
        config = self.settings(mode="jwt", hs256_secret_file=self.secret)
        self.serve(config)
        code, out, err = run("top", "--config", config, "--data-dir",
                             self.data, "--once")
        self.assertEqual(code, 0, out + err)
        self.assertIn("ledger-worker/0", out)
        # Without the configuration it needs an operator's from outside.
        said = self.refused("top", "--data-dir", self.data)
        self.assertIn("REGISTRAR_TOKEN", said)
        self.assertIn("the role operator", said)
        staff = self.token("--sub", "jane", "--role", "staff")
        code, out, err = run("top", "--data-dir", self.data,
                             REGISTRAR_TOKEN=staff)
        self.assertEqual((code, out), (2, ""), err)
        self.assertIn("403", err)
        joe = self.token("--sub", "joe", "--role", "operator")
        code, out, err = run("top", "--data-dir", self.data, "--json",
                             REGISTRAR_TOKEN=joe)
        self.assertEqual(code, 0, out + err)
        self.assertTrue(json.loads(out)["overview"]["ready"])


class starting(auth_case):
    def not_served(self, **auth):
        said = self.refused("serve", "--listen", "127.0.0.1:0", "--data-dir",
                            self.data, "--config", self.settings(**auth))
        self.assertFalse(self.data.exists())
        return said

    def test_without_authentication_only_loopback_is_served(self):
        said = self.refused("serve", "--listen", "0.0.0.0:0", "--data-dir",
                            self.data)
        self.assertIn("loopback", said)
        self.assertIn("auth.mode", said)

    def test_tokens_need_a_key(self):
        code, _, err = run("serve", "--config", self.settings(mode="jwt"))
        self.assertEqual(code, 2)
        self.assertIn("auth.hs256_secret_file", err)

    def test_keys_that_cannot_be_used_are_named_before_anything_is_made(self):
        key = rsa_key(self.folder, "k")
        jwks = self.file("jwks.json", '{"keys": []}')
        self.assertIn("no regular", self.not_served(
            mode="jwt", hs256_secret_file=self.folder))
        self.assertIn("No such file", self.not_served(
            mode="jwt", hs256_secret_file=self.folder / "missing"))
        self.assertIn("chmod 600", self.not_served(
            mode="jwt", hs256_secret_file=self.file("open", SECRET, 0o644)))
        self.assertIn("32", self.not_served(
            mode="jwt", hs256_secret_file=self.file("short", "short")))
        self.assertIn("public_key_file", self.not_served(
            mode="jwt", hs256_secret_file=self.file("pem", key.public_pem())))
        self.assertIn("private key", self.not_served(
            mode="jwt", public_key_file=key.private))
        self.assertIn(str(jwks), self.not_served(mode="jwt", jwks_file=jwks))

    def test_config_check_judges_the_keys_too(self):
        missing = self.folder / "missing"
        code, _, err = run("config", "check", "--config", self.settings(
            mode="jwt", hs256_secret_file=missing))
        self.assertEqual(code, 2)
        self.assertIn(str(missing), err)
        code, out, _ = run("config", "check", "--config", self.settings(
            mode="jwt", hs256_secret_file=self.secret))
        self.assertEqual((code, out), (0, "The configuration is sound.\n"))


class making_tokens(auth_case):
    def parts(self, token):
        return [json.loads(base64.urlsafe_b64decode(x + "=="))
                for x in token.split(".")[:2]]

    def test_a_token_says_what_was_asked_for(self):
        before = int(time.time())
        token = self.token("--sub", STUDENT, "--role", "student", "--role",
                           "admin", "--ttl", "90s", "--issuer", "me",
                           "--audience", "us")
        header, claims = self.parts(token)
        self.assertEqual(header["alg"], "HS256")
        self.assertEqual(claims["sub"], STUDENT)
        self.assertEqual(claims["roles"], ["student", "admin"])
        self.assertEqual((claims["iss"], claims["aud"]), ("me", "us"))
        self.assertEqual(claims["exp"] - claims["iat"], 90)
        self.assertGreaterEqual(claims["iat"], before)
        text, _, signature = token.rpartition(".")
        self.assertEqual(signature, to_base64url(hmac.digest(
            SECRET.encode(), text.encode(), hashlib.sha256)))

    def test_an_hour_is_the_rule(self):
        _, claims = self.parts(self.token("--sub", "x", "--role", "staff"))
        self.assertEqual(claims["exp"] - claims["iat"], 3600)
        self.assertNotIn("iss", claims)
        self.assertNotIn("aud", claims)

    def test_what_cannot_be_a_token_is_refused_in_a_sentence(self):
        base = ["token", "--secret-file", self.secret, "--sub", "jane"]
        self.assertIn("boss", self.refused(*base, "--role", "boss"))
        self.assertIn("--role", self.refused(*base))
        self.assertIn("student's id", self.refused(*base, "--role", "student"))
        self.assertIn("--ttl", self.refused(*base, "--role", "staff", "--ttl",
                                            "0s"))
        self.assertIn("--ttl", self.refused(*base, "--role", "staff", "--ttl",
                                            "soon"))
        open_file = self.file("open", SECRET, 0o644)
        self.assertIn("chmod 600", self.refused(
            "token", "--secret-file", open_file, "--sub", "jane", "--role",
            "staff"))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
