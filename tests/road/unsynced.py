"""unsynced: the n-th sync of the running keeper fails, for every n, while a
letter comes from a browser, a file from tell, a letter is deleted and a day is
closed.  The keeper ends and comes back, the page is clear, and nothing that was
acknowledged is lost.

strace puts EIO in the place of the call, into the same sandboxed process that
runs otherwise; as root, or through `sudo -n`.
"""
from lib import *

as_root()
DAY = 86400
team = Line(sim=True).start()
door = Source(team).start().field("door")
FILE = os.path.join(T, "f.bin")
SHA = random_file(FILE, MIB + 5)
want = {}
now = int(time.time())
days = 0


class Failing:
    """The n-th sync from now on fails; .struck says whether there was one."""

    def __init__(self, n):
        self.n, self.trace = n, os.path.join(T, "trace")

    def __enter__(self):
        self.pid, = until("a keeper", lambda: team.processes().get("keeper"))
        self.strace = subprocess.Popen(
            ["strace", "-f", "-p", str(self.pid), "-o", self.trace, "-e", "trace=fsync,fdatasync",
             "-e", "inject=fsync,fdatasync:error=EIO:syscall=getpid:when=%d" % self.n],
            stderr=subprocess.PIPE)
        said = self.strace.stderr.readline()
        check(b"attached" in said, said)
        return self

    def hit(self):
        with open(self.trace) as f:
            return "INJECTED" in f.read()

    def __exit__(self, kind, *_):
        self.strace.terminate()
        self.strace.wait()
        self.strace.stderr.close()
        self.struck = self.hit()
        if self.struck and kind is None:
            until("the keeper that failed to end", lambda: not alive(self.pid), 5)
        until("the line to answer", team.answers, 10)


def every_sync(act):
    """act(n) with the n-th sync failing, until there are no more; each of them
    with LONG=1, else every fourth."""
    for n in range(1, 60, 1 if LONG else 4):
        with Failing(n) as f:
            act(n)
        if not f.struck:
            check(n > 3, "only %d syncs" % (n - 1))
            return n - 1 if LONG else "under %d" % n
    raise Wrong("there is no end of syncs")


def letter(n):
    text = "A letter, %d." % n
    body = b"".join(multipart([("id", os.urandom(16).hex()), ("door", door), ("seen", "0"),
                               ("words", team.new_phrase()), ("text", text)]))
    a = ask(team, "POST", "/send", body, MULTIPART)
    if a.heading() == "Sent":
        want[text] = set()
    else:
        check(a.status == 503 and text in a.text, "%d %s" % (a.status, a.heading()))
        maybe.add(text)


def file(n):
    text = "A file, %d." % n
    words = team.new_phrase()
    done = team.tell(words, "--attach", FILE, text=text, good=False)
    if done.returncode != 0:
        check(done.stderr.strip(), "tell failed and said nothing")
        until("the same command to go on", lambda: team.tell(
            words, "--attach", FILE, text=text, good=False).returncode == 0, 20)
    want[text] = {SHA}


ASKED = ("I have had everything removed from the server. Please delete what you have fetched.\n"
         "  The source asked you to delete this conversation.")


def delete(n):
    words, text = team.new_phrase(), "Deleted, %d." % n
    team.tell(words, text=text, good=False)
    done = team.tell(words, "--delete", good=False)
    maybe.add(text)
    if b"a message tells the team so" in done.stdout:
        told.append(words)
    if done.returncode == 0:
        check(b"no messages" in team.tell(words, "--read").stdout, "it is still there")


def close_day(n):
    """Two hours into another day: the one before is closed, sync by sync."""
    global days
    days += 1
    team.ahead(DAY - now % DAY + (days - 1) * DAY + 7200 - (int(time.time()) - now))
    path = "%s/pool/days/%d" % (team.folder, now // DAY + days - 1)
    until("the day before to be closed", lambda: os.path.exists(path)
          and not os.path.exists(path + ".letters"), 30)
    want["Of day %d." % days] = set()
    team.tell(team.new_phrase(), text="Of day %d." % days)


maybe = {ASKED}
told = []
for act, sentence in ((letter, "a browser's letter"), (file, "tell's file"), (delete, "a deletion"),
                      (close_day, "the closing of a day")):
    with test("each sync of %s may fail once, and the line comes back" % sentence):
        print("%s: %s syncs" % (act.__name__, every_sync(act)), file=sys.stderr)

with test("nothing that was acknowledged is lost, and no day"):
    team.sync()
    got = {t: set(files.values()) for texts, files in team.export().values() for t in texts}
    for text, files in want.items():
        check(got.get(text) == files, "%s: %s" % (text, got.get(text)))
    check(set(got) - set(want) <= maybe, "nobody sent %s" % (set(got) - set(want) - maybe))
    marked = sum(c["asks_deletion"] for c in team.desk_json("inbox"))
    check(0 < len(told) <= marked, "%d of %d deletions are told" % (marked, len(told)))
    for d in range(days):
        check(os.path.exists("%s/pool/days/%d" % (team.folder, now // DAY + d)), "day %d has gone" % d)
finish()
