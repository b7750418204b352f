"""A desk looks at its line as a source does: an honest line has nothing to say,
and what somebody between changes is named.  The request's heads are those that
doc/protocol/60-http.md writes down."""
import re
import socketserver

from lib import *


class Between(socketserver.ThreadingTCPServer):
    """Stands before the line: keeps every head, and changes answers."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, line):
        self.line, self.heads, self.change, self.cut = line, [], None, False
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()
        at_end(self.shutdown)


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        raw = b""
        while True:
            while b"\r\n\r\n" not in raw:
                piece = self.request.recv(65536)
                if not piece or self.server.cut:
                    return
                raw += piece
            top, raw = raw.split(b"\r\n\r\n", 1)
            n = int((re.search(rb"(?i)\r\ncontent-length: (\d+)", top) or [0, 0])[1])
            while len(raw) < n:
                raw += self.request.recv(65536)
            body, raw = raw[:n], raw[n:]
            self.server.heads.append((top.decode(), body.decode()))
            self.request.sendall(self.answer(top, body))

    def answer(self, top, body):
        line, path = self.server.line, top.split(b" ")[1].decode()
        with connect(line) as s:
            s.sendall(re.sub(rb"\r\nHost: [^\r]*", b"\r\nHost: 127.0.0.1:%d" % line.port, top)
                      + b"\r\n\r\n" + body)
            got = b""
            while b"\r\n\r\n" not in got:
                got += s.recv(65536)
            head_, page = got.split(b"\r\n\r\n", 1)
            n = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head_)[1])
            while len(page) < n:
                page += s.recv(1 << 18)
        if self.server.change:
            head_, page = self.server.change(path, head_, page)
            head_ = re.sub(rb"(?i)(\r\ncontent-length: )\d+", rb"\g<1>%d" % len(page), head_)
        return head_ + b"\r\n\r\n" + page


line = Line("look", sim=True, settings="question since text Since when?\n"
            "question call choice May we call you? | Yes | No\nabout Who we are.",
            doors=("--door", "Night desk", "--readers", "Two of us.",
                   "--door", "Front", "--readers", "The others."))
line.start()
between = Between(line)


def look(*args, status=None):
    done = line.run("desk", line.dir + "/desk", "--line", between.url,
                    "--desk-line", line.desk_url, "--passphrase-file", line.passphrase,
                    "look", "--json", *args, good=False)
    got = json.loads(done.stdout) if done.stdout else None
    if status is not None:
        check(done.returncode == status, lambda: "%d %s %s" % (
            done.returncode, done.stdout, done.stderr.decode()))
    return got


def accept():
    line.desk("look", "--accept", look("--last")["shown"], good=False)


def found(got, what, page=None):
    return [f for f in got["found"] if f["what"] == what and page in (None, f["page"])]


ROW = b". . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . \n"


def changed(where, old, new, size=True):
    """Change bytes of one page, and fill it up as before, as who hides does."""
    def change(path, head_, page):
        if path != where:
            return head_, page
        check(old in page, "%r is not on %s" % (old, path))
        other = page.replace(old, new)
        if size:
            other = other[:other.rindex(b"<!--\n") + 5]
            n = len(page) - len(other) - 4
            other += (ROW * (n // len(ROW) + 1))[:n] + b"-->\n"
        return head_, other
    return change


def now(change, what, page=None):
    """What differs under this change, that did not before it."""
    between.change = change
    got = look(status=1)
    between.change = None
    there = [f for f in got["found"] if "until" not in f]
    check([f for f in there if f["what"] == what and page in (None, f["page"])],
          lambda: json.dumps(there, indent=1))
    return there


with test("an honest line has nothing to say"):
    line.desk("sync")
    got = look(status=0)
    check(got["found"] == [] and got["about"] == "Who we are." and
          got["retention"] == 90 and got["name"] == "Road Team", json.dumps(got))
    check(look(status=0)["found"] == [], "the second time")

with test("the requests are those that a source's browser makes, as documented"):
    with open("doc/protocol/60-http.md") as f:
        text = f.read().split("## A desk's look")[1]
    doc = [b.strip("\n") for b in re.findall(r"```\n(.*?)```", text, re.S)]
    heads = between.heads[-10:]
    paths = [h.split(" ")[1] for h, _ in heads]
    check(paths == ["/v1/line", "/v1/questions", "/", "/style.css", "/new", "/style.css",
                    "/check", "/style.css", "/write", "/style.css"], paths)
    name = between.url[len("http://"):]
    for h, body in heads:
        path = h.split(" ")[1]
        want = doc[0 if path == "/" else 1 if path == "/style.css" else
                   3 if path.startswith("/v1/") else 2]
        want = (want.replace("PATH", path).replace("HOST", name)
                .replace("LENGTH", str(len(body))))
        check(h == want.replace("\n", "\r\n"), lambda: "%s\n--\n%s" % (h, want))
    form = urllib.parse.parse_qs(heads[8][1], strict_parsing=True)
    check(list(form) == ["ticket", "places", "w1", "w2", "w3"], form)
    check(all(re.fullmatch("[a-z]+", form[w][0]) for w in ("w1", "w2", "w3")), form)

with test("through Tor each visit has a circuit of its own, and nothing else hears of it"):
    heard = []

    class Socks(socketserver.BaseRequestHandler):
        def handle(self):
            get = lambda n: self.request.recv(n, socket.MSG_WAITALL)
            get(get(2)[1])
            self.request.sendall(b"\5\2")
            user = get(get(2)[1]).decode()
            get(get(1)[0])
            self.request.sendall(b"\1\0")
            to = get(get(5)[4]).decode()
            heard.append((user, to, struct.unpack(">H", get(2))[0]))
            self.request.sendall(b"\5\1\0\1" + bytes(6))

    socks = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Socks)
    threading.Thread(target=socks.serve_forever, daemon=True).start()
    for i in range(2):
        line.run("desk", line.dir + "/desk", "--line", "http://%s.onion" % ("a" * 56),
                 "--socks", "127.0.0.1:%d" % socks.server_address[1],
                 "--passphrase-file", line.passphrase, "look", good=False)
    socks.shutdown()
    check(len(heard) == 2 and heard[0][0] != heard[1][0] and
          all(re.fullmatch("[0-9a-f]{32}", h[0]) and h[1:] == ("a" * 56 + ".onion", 80)
              for h in heard), heard)

with test("a look leaves nothing on the line"):
    before = ask(line, "GET", "/v1/line").body
    look(status=0)
    check(ask(line, "GET", "/v1/line").body == before, "another offer")
    check(json.loads(line.desk("sync", "--json").stdout)["letters"] == 0, "a letter came")

with test("one word that is another is named, with what should be there"):
    f = now(changed("/", b"close the whole browser", b"keep it open, browser"), "words", "start")[0]
    check("keep it open" in f["sees"] and "close the whole" in f["ours"] and
          f["can_be_wanted"], f)

def all_of(*changes):
    def change(path, head_, page):
        for c in changes:
            head_, page = c(path, head_, page)
        return head_, page
    return change


with test("a script, an image, a comment and a form that leads elsewhere are named, and no team can want them"):
    f = now(all_of(changed("/new", b"</main>", b"<script>steal()</script></main>"),
                   changed("/write", b"<main>", b"<main><img src=\"//example.org/a.png\">"),
                   changed("/write", b'action="/send"', b'action="http://example.org/"'),
                   changed("/", b"<!--\n", b"<!-- >\n", False),
                   changed("/style.css", b"{", b"{background:url(//example.org);", False)), "alien")
    for page, part in (("words", "<script>"), ("write", "example.org/a.png"), ("start", "<!-- >"),
                       ("write", 'action="http://example.org/"'), ("style", "url(")):
        check([x for x in f if x["what"] == "alien" and x["page"] == page and not x["can_be_wanted"]
               and (part in x["sees"] or page == "style")], lambda: "%s %s %s" % (page, part, f))

with test("a door that lacks, or is another, is named"):
    with_door = ask(line, "GET", "/").text
    block = re.search(r'<label class="choice">.*?Night desk.*?</label>', with_door, re.S)
    f = now(all_of(changed("/", block.group(0).encode(), b""),
                   changed("/write", b"Two of us.", b"The chief.")), "door", "start")
    check(any(x["ours"] == "Night desk" for x in f), f)
    check(any(x["ours"] == "Two of us." and x["sees"] == "The chief." for x in f), f)

with test("a question that means something else is named"):
    f = now(changed("/write", b"May we call you?", b"May we print it?"), "question", "write")
    check(any(x["ours"] == "May we call you?" and x["sees"] == "May we print it?" and
              not x["can_be_wanted"] for x in f), f)

with test("another limit, and another name, are named"):
    f = now(all_of(changed("/", b"<bdi>90</bdi>", b"<bdi>9</bdi>"),
                   changed("/", b"<strong dir=\"auto\">Road Team</strong>",
                           b"<strong dir=\"auto\">Wrong Team</strong>")), "retention")
    check(any(x["what"] == "name" and x["sees"] == "Wrong Team" for x in f), f)

with test("another rule for the browser, and a cookie, are named"):
    def change(path, head_, page):
        return head_.replace(b"default-src 'none'", b"default-src *") + b"\r\nSet-Cookie: a=b", page
    f = now(change, "head", "start")
    check(any("default-src *" in x["sees"] for x in f), f)
    check(any(x["what"] == "alien" and "Set-Cookie" in x["sees"] for x in f), f)

with test("a page that is none is named"):
    def change(path, head_, page):
        return (head_.replace(b" 200 ", b" 404 ") if path == "/check" else head_), page
    now(change, "status", "asked")

with test("other keys than desks are given are named"):
    def change(path, head_, page):
        if path != "/v1/line":
            return head_, page
        at = page.index(b"age1pq") + 40
        other = b"q" if page[at:at + 1] != b"q" else b"p"
        return head_, page[:at] + other + page[at + 1:]
    now(change, "keys")

with test("what was seen stays until a member has looked at it"):
    got = look(status=1)
    check(got["found"] and all("until" in f for f in got["found"]), json.dumps(got))
    accept()
    check(look(status=0)["found"] == [], "something stays")

with test("what the team wants so is the reference from then on"):
    between.change = changed("/", b"Who we are.", b"Who we were.")
    f = look(status=1)["found"]
    check([x["what"] for x in f] == ["about"] and f[0]["sees"] == "Who we were." and
          f[0]["ours"] == "Who we are.", f)
    accept()
    check(look(status=0)["found"] == [], "it is held against the line")
    between.change = None
    check(found(look(status=1), "about"), "the other way round")
    accept()
    between.change = changed("/", b"close the whole browser", b"close the browser")
    check(found(look(status=1), "words"), "a sentence")
    accept()
    check(look(status=0)["found"] == [], "it is held against the line")
    between.change = None

with test("what no team can want stays through --accept"):
    between.change = changed("/new", b"</main>", b"<script>x()</script></main>")
    look(status=1)
    accept()
    check(found(look("--last", status=1), "alien"), "it went")
    between.change = None
    look(status=1)
    accept()
    look(status=0)

with test("what came since it was shown is not accepted with it"):
    between.change = changed("/", b"Who we are.", b"Who we were.")
    was = look(status=1)["shown"]
    between.change = changed("/", b"Who we are.", b"Who they are.")
    look(status=1)
    done = line.run("desk", line.dir + "/desk", "--passphrase-file", line.passphrase,
                    "look", "--accept", was, good=False)
    check(done.returncode == 1 and b"nothing was accepted" in done.stderr, done)
    check(found(look("--last", status=1), "about"), "it was taken")
    between.change = None
    look(status=1)
    accept()

with test("a sync says what stands"):
    between.change = changed("/", b"Who we are.", b"Who they are.")
    look(status=1)
    between.change = None
    done = line.desk("sync", "--json")
    check(json.loads(done.stdout)["look_differences"] == 1 and
          b"do not see on the line" in done.stderr, done)
    accept()

with test("questions that only a source is given are found out by two syncs"):
    def change(path, head_, page):
        if path == "/v1/questions":
            return head_, page.replace(b"Since when?", b"Where is it?")
        return head_, page
    between.change = change
    look()
    between.change = None
    line.desk("sync")
    check(found(look("--last", status=1), "tell-questions"), "not found out")
    accept()  # no team can want that; it goes with a look that does not find it
    look()
    accept()
    look(status=0)
    line.desk("sync")

with test("a line that is not there for sources is said after a day"):
    between.cut = True
    done = line.run("desk", line.dir + "/desk", "--line", between.url, "--desk-line", line.desk_url,
                    "--passphrase-file", line.passphrase, "look", good=False)
    check(done.returncode == 1, done)
    check(b"cannot reach" not in line.desk("sync").stderr, "at once")
    line.ahead(86400)
    check(b"cannot reach" in line.desk("sync").stderr, "not after a day")
    between.cut = False
    look()
    check(b"cannot reach" not in line.desk("sync").stderr, "it is there again")

with test("a sync looks when a day has passed, and not before"):
    accept()
    line.run("desk", line.dir + "/desk", "--line", between.url, "--desk-line", line.desk_url,
             "--passphrase-file", line.passphrase, "sync")
    n = len(between.heads)
    line.ahead(3 * 86400)
    line.run("desk", line.dir + "/desk", "--line", between.url, "--desk-line", line.desk_url,
             "--passphrase-file", line.passphrase, "sync")
    check([h.split(" ")[1] for h, _ in between.heads[n:]][:3] == ["/v1/line", "/v1/questions", "/"],
          between.heads[n:])
    n = len(between.heads)
    line.run("desk", line.dir + "/desk", "--line", between.url, "--desk-line", line.desk_url,
             "--passphrase-file", line.passphrase, "sync")
    check(len(between.heads) == n, "it looked again")

finish()
