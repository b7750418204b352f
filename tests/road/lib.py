"""lib: what the roads share: a line that runs, a desk, `sotto tell`, and a
source in a browser without script, played over bare sockets.

A test is `with test("a sentence that it proves"):`; the program ends with
finish().  Everything that was started is ended by its id.
"""
import contextlib
import hashlib
import html
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

B = os.path.abspath(os.environ.get("B", "build/cc"))
SOTTO, SIM = B + "/sotto", B + "/sotto-sim"
LONG = bool(os.environ.get("LONG"))
# The test build seals by passphrases with less work; the released one hears none of it.
os.environ["SOTTO_CHEAP"] = "1"
T = tempfile.mkdtemp(prefix="sotto-road-")
MIB = 1 << 20
PART_PLAIN = 1046677
PASSPHRASE = "correct horse battery staple road"
ROLES = ("front", "desk-front", "deriver", "keeper")

_ends, _failed = [], [0]


class Wrong(Exception):
    """What a test found."""


def check(good, why):
    if not good:
        raise Wrong(why() if callable(why) else why)


@contextlib.contextmanager
def test(sentence):
    try:
        yield
        print("ok " + sentence, flush=True)
    except Exception:
        _failed[0] += 1
        print("not ok " + sentence, flush=True)
        traceback.print_exc()


def finish():
    for end in reversed(_ends):
        try:
            end()
        except Exception:
            traceback.print_exc()
    shutil.rmtree(T, ignore_errors=True)
    sys.exit(1 if _failed[0] else 0)


def at_end(what):
    _ends.append(what)


def until(what, fn, seconds=10, every=0.02):
    """Poll until fn() says something; failures of the network are a no."""
    end = time.monotonic() + seconds
    while True:
        try:
            got = fn()
        except (OSError, Wrong, Cut):
            got = None
        if got:
            return got
        if time.monotonic() > end:
            raise Wrong("waited in vain for " + what)
        time.sleep(every)


def random_file(path, size, seed=1):
    """A file of bytes that do not compress, and its SHA-256."""
    rng, h = random.Random(seed), hashlib.sha256()
    with open(path, "wb") as f:
        while size > 0:
            piece = rng.randbytes(min(size, MIB))
            f.write(piece)
            h.update(piece)
            size -= len(piece)
    return h.hexdigest()


def sha_of(path):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        while piece := f.read(MIB):
            h.update(piece)
    return h.hexdigest()


def free_ports():
    while True:
        with socket.socket() as a, socket.socket() as b:
            a.bind(("127.0.0.1", 0))
            port = a.getsockname()[1]
            try:
                b.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue


#
# A team and its line.
#


class Line:
    def __init__(self, name="team", sim=False, settings="", line_dir=None, doors=()):
        self.program = SIM if sim else SOTTO
        self.dir = os.path.join(T, name)
        self.passphrase = self.dir + ".pass"
        with open(self.passphrase, "w") as f:
            f.write(PASSPHRASE + "\n")
        self.env = dict(os.environ)
        self.env.pop("SOTTO_CLOCK", None)
        self.env.pop("SOTTO_WORK", None)
        if sim:
            self.clock, self.work = self.dir + ".clock", self.dir + ".work"
            self._eight(self.clock, 0)
            with open(self.work, "wb") as f:
                f.write(bytes(8 * 5))
            self.env.update(SOTTO_CLOCK=self.clock, SOTTO_WORK=self.work)
        said = self.run("init", self.dir, "--name", "Road Team",
                        "--passphrase-file", self.passphrase, *doors).stdout.decode()
        self.fingerprint = re.search(r"#([a-z2-7]{32})\b", said).group(1)
        self.folder = self.dir + "/line"
        if line_dir:
            for f in os.listdir(self.folder):
                shutil.move(os.path.join(self.folder, f), line_dir)
            self.folder = line_dir
        if settings:
            with open(self.folder + "/settings", "a") as f:
                f.write("\n" + settings + "\n")
        self.port = free_ports()
        self.url = "http://127.0.0.1:%d" % self.port
        self.desk_url = "http://127.0.0.1:%d" % (self.port + 1)
        self.address = self.url + "#" + self.fingerprint
        self.serve_process = None
        at_end(self.stop)

    @staticmethod
    def _eight(path, v):
        with open(path, "r+b" if os.path.exists(path) else "wb") as f:
            f.write(struct.pack(">Q", v))

    def ahead(self, seconds):
        """Test build: let the clock be `seconds` ahead of the real one."""
        self._eight(self.clock, int(seconds))

    def work_done(self):
        with open(self.work, "rb") as f:
            return dict(zip(("derive", "message", "look", "get", "open"),
                            struct.unpack(">5Q", f.read(40))))

    def run(self, *args, input=b"", good=True, timeout=120):
        done = subprocess.run([self.program, *args], input=input, env=self.env,
                              capture_output=True, timeout=timeout)
        if good and done.returncode != 0:
            raise Wrong("sotto %s: %d %s" % (" ".join(args[:2]),
                        done.returncode, done.stderr.decode()))
        return done

    # serve

    def start(self, wait=True):
        self.log = open(self.dir + ".log", "ab")
        self.serve_process = subprocess.Popen(
            [self.program, "serve", self.folder,
             "--listen", "127.0.0.1:%d" % self.port,
             "--listen-desk", "127.0.0.1:%d" % (self.port + 1)],
            env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.log)
        if wait:
            said = [self.serve_process.stdout.readline() for _ in range(2)]
            check(said[1].startswith(b"desks: "), lambda: "serve said %r %s" %
                  (said, open(self.dir + ".log").read()))
        return self

    def stop(self):
        p, self.serve_process = self.serve_process, None
        if p is None:
            return
        p.terminate()
        try:
            p.wait(10)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
            raise Wrong("the line did not end")

    def processes(self):
        """Every process of the line: {role: [pid, ...]}."""
        warden = self.serve_process.pid
        got = {"warden": [warden]}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid) as f:
                    parent = int(f.read().rsplit(")", 1)[1].split()[1])
                if parent != warden:
                    continue
                with open("/proc/%s/cmdline" % pid, "rb") as f:
                    args = f.read().split(b"\0")
            except (OSError, ValueError):
                continue
            if len(args) > 1 and args[1].startswith(b"@"):
                got.setdefault(args[1][1:].decode(), []).append(int(pid))
        return got

    def kill(self, role):
        """kill -9; of the warden: then start another when all have gone."""
        pids = self.processes()
        if role == "warden":
            p, self.serve_process = self.serve_process, None
            p.kill()
            p.wait()
            for pid in sum(pids.values(), []):
                until("the others to end", lambda: not alive(pid), 5)
            self.start()
            return
        for pid in pids[role]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            until("%s to be gone" % role, lambda: not alive(pid), 5)

    def answers(self):
        """Do both fronts answer, with keeper and deriver behind them?"""
        if not all(r in self.processes() for r in ROLES):
            return False
        if ask(self, "POST", "/v1/look", bytes(16)).status != 200:
            return False
        if ask(self, "GET", "/v1/line", port=self.port + 1).status != 403:
            return False
        return post(self, "/new", door="").status == 200

    # the desk

    def desk(self, *args, input=b"", good=True, timeout=120, look=False):
        line = ["--line", self.url] if args[0] in ("sync", "reply") else []
        if args[0] == "sync" and not look:
            line.append("--no-look")
        return self.run("desk", self.dir + "/desk", *line,
                        "--passphrase-file", self.passphrase, *args,
                        input=input, good=good, timeout=timeout)

    def desk_json(self, *args):
        return json.loads(self.desk(*args, "--json").stdout)

    def sync(self, **kw):
        return self.desk("sync", **kw)

    def export(self):
        """All that the desk has: {handle: (texts of letters, {file: SHA-256})}."""
        out, got = os.path.join(T, "export"), {}
        self.desk("export", "--to", out, timeout=600)
        for handle in os.listdir(out):
            if not re.fullmatch("[a-z]+-[a-z]+-[a-z]+", handle):
                continue
            texts, files = [], {}
            for name in sorted(os.listdir(os.path.join(out, handle))):
                path = os.path.join(out, handle, name)
                if re.fullmatch(r"\d{4}-\d{4}-\d\d-\d\d-\w+\.txt", name):
                    with open(path) as f:
                        body = f.read().split("\n\n", 1)[1]
                    body = body.split("\n  File ")[0].rstrip("\n")
                    texts.append(re.sub("(?m)^    ", "", body))
                else:
                    files[name] = sha_of(path)
            got[handle] = (texts, files)
        shutil.rmtree(out)
        return got

    # tell

    def new_phrase(self):
        return self.run("tell", self.address, "--new-phrase").stdout.decode().strip()

    def phrase_file(self, words):
        path = os.path.join(T, "words-" + hashlib.sha256(words.encode()).hexdigest()[:16])
        with open(path, "w") as f:
            f.write(words + "\n")
        return path

    def tell(self, words, *args, text="", good=True, timeout=300, address=None):
        return self.run("tell", address or self.address, "--phrase-file",
                        self.phrase_file(words), *args, input=text.encode(),
                        good=good, timeout=timeout)


def as_root():
    """Begin anew as root when we are not: to trace or to mount needs it."""
    if os.geteuid() == 0:
        return
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        os.execvp("sudo", ["sudo", "-n", "-E", sys.executable, *sys.argv])
    print("not ok this can be tested: run as root or let sudo -n work")
    sys.exit(1)


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


#
# HTTP over a bare socket: exact bytes, no library in between.
#


class Cut(Exception):
    """The line closed the connection without a whole answer."""


class Answer:
    def __init__(self, status, headers, body, size):
        self.status, self.headers, self.body, self.size = status, headers, body, size
        self.text = body.decode("utf-8", "replace")

    def field(self, name):
        """The value of a hidden field of the page."""
        m = re.search(r'name="%s" value="([^"]*)"' % name, self.text)
        return html.unescape(m.group(1)) if m else None

    def heading(self):
        m = re.search(r"<h1>(.*?)</h1>", self.text, re.S)
        return html.unescape(m.group(1)) if m else None


def connect(line, port=None):
    s = socket.create_connection(("127.0.0.1", port or line.port), timeout=60)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def read_answer(s):
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = s.recv(65536)
        if not piece:
            raise Cut("no answer: %r" % raw[:100])
        raw += piece
    head, body = raw.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = dict((k.lower(), v.strip()) for k, v in
                   (l.split(":", 1) for l in lines[1:]))
    n = int(headers.get("content-length", "0"))
    while len(body) < n:
        piece = s.recv(1 << 18)
        if not piece:
            raise Cut("a broken answer")
        body += piece
    return Answer(int(lines[0].split()[1]), headers, body, len(head) + 4 + n)


KEPT = None  # a list: connections stay open, as a browser's do, and lie here


def head(line, method, path, length=None, type=None, port=None, host=None, more=()):
    lines = ["%s %s HTTP/1.1" % (method, path),
             "Host: %s" % (host or "127.0.0.1:%d" % (port or line.port))]
    if length is not None:
        lines.append("Content-Length: %d" % length)
    if type:
        lines.append("Content-Type: " + type)
    lines += [*([] if KEPT is not None else ["Connection: close"]), *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(line, method, path, body=None, type=None, port=None, host=None, more=()):
    s = connect(line, port)
    if KEPT is not None:
        KEPT.append(s)
    try:
        s.sendall(head(line, method, path, None if body is None else len(body),
                       type, port, host, more) + (body or b""))
        return read_answer(s)
    finally:
        if KEPT is None:
            s.close()


URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "----road7d1f0c3b2a"


def post(line, path, **fields):
    return ask(line, "POST", path, urllib.parse.urlencode(fields).encode(), URLENCODED)


def multipart(fields, files=()):
    """The body of a form: a list of bytes, a piece for each field and file,
    the closing boundary last.  files: (name, bytes) or (name, path, size)."""
    out = []
    for k, v in fields:
        out.append(('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                    % (BOUNDARY, k, v)).encode())
    for name, data in files:
        out.append(('--%s\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n'
                    "Content-Type: application/octet-stream\r\n\r\n"
                    % (BOUNDARY, name)).encode() + data + b"\r\n")
    out.append(("--%s--\r\n" % BOUNDARY).encode())
    return out


MULTIPART = "multipart/form-data; boundary=" + BOUNDARY


class Source:
    """Somebody with a browser.  Every step returns the page's Answer."""

    def __init__(self, line, words=None):
        self.line, self.words, self.page = line, words, None

    def start(self):
        self.page = ask(self.line, "GET", "/")
        self.door = self.page.field("door")
        return self.page

    def new(self, door=None):
        self.start()
        self.page = post(self.line, "/new", door=self.door if door is None else door)
        self.words = " ".join(html.unescape(w) for w in
                              re.findall(r"<li>([a-z]+)</li>", self.page.text))
        self.ticket = self.page.field("ticket")
        return self.page

    def check(self):
        self.page = post(self.line, "/check", ticket=self.ticket)
        self.places = self.page.field("places")
        return self.page

    def write(self, seen=None):
        fields = {"ticket": self.ticket}
        if seen is not None:
            fields["seen"] = seen
        self.page = post(self.line, "/write", **fields)
        return self.page

    def write_checked(self):
        w = self.words.split()
        fields = {"w%d" % (i + 1): w[int(p) - 1] for i, p in enumerate(self.places)}
        self.page = post(self.line, "/write", ticket=self.ticket, places=self.places, **fields)
        return self.page

    def form(self, text, **more):
        """The fields of Write's form, as the page has them."""
        p = self.page
        first = [("id", p.field("id")), ("door", more.pop("door", p.field("door"))),
                 ("seen", p.field("seen") or "0"),
                 ("ticket", more.pop("ticket", self.ticket))]
        return first + [("text", text)] + list(more.items())

    def send(self, text, files=(), **more):
        body = b"".join(multipart(self.form(text, **more), files))
        self.page = ask(self.line, "POST", "/send", body, MULTIPART)
        return self.page

    def read(self, words=None, **more):
        self.page = post(self.line, "/read", words=words or self.words, **more)
        self.ticket = self.page.field("ticket")
        return self.page

    def newcomer(self):
        """From the start page to the page to write on."""
        self.new()
        self.check()
        return self.write_checked()
