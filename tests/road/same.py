"""same: words that nobody used, words with few answers and words with many
cannot be told apart by the sizes of answers, nor by what the line does for
them; neither on pages nor for `tell --read`.
"""
from lib import *

team = Line(sim=True, settings="text-max 100000").start()
MANY = 40 if LONG else 13
ANSWERS = {"none": 0, "few": 3, "many": MANY}
DAY = 86400
words = {}


def counted(fn):
    """What the line did for fn, once it is idle."""
    before = team.work_done()
    got = fn()
    last = None
    while last != (last := team.work_done()):
        time.sleep(0.1)
    return got, {k: last[k] - before[k] for k in last}


class Counting:
    """A proxy that notes the sizes of all requests and answers."""

    def __init__(self, line):
        self.line, self.seen = line, []
        self.s = socket.create_server(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            a, _ = self.s.accept()
            b = connect(self.line)
            for way, x, y in (("asked", a, b), ("answered", b, a)):
                threading.Thread(target=self.carry, args=(way, x, y), daemon=True).start()

    def carry(self, way, x, y):
        """Sizes up to where the other side speaks make one entry."""
        with contextlib.suppress(OSError):
            while piece := x.recv(1 << 18):
                if self.seen and self.seen[-1][0] == way:
                    self.seen[-1][1] += len(piece)
                else:
                    self.seen.append([way, len(piece)])
                y.sendall(piece)
            y.shutdown(socket.SHUT_WR)


def prepare():
    """Three sources; the answers of the third over several days."""
    for who in ANSWERS:
        words[who] = team.new_phrase()
        if ANSWERS[who]:
            team.tell(words[who], text="A message.", timeout=60)
    team.sync()
    handles = {c["handle"] for c in team.desk_json("inbox")}
    check(len(handles) == 2, "%d conversations" % len(handles))
    few, many = sorted(handles)
    # Whose they are is seen afterwards.
    for i in range(3):
        team.desk("reply", few, input=b"An answer of %d letters. " % i + b"x" * i)
    for i in range(MANY):
        if i % 12 == 11:  # a day has sixteen slots
            team.ahead(i // 12 * DAY + DAY)
            team.sync()
        team.desk("reply", many, input=b"Answer %d." % i)
    got = {who: len(json.loads(team.tell(words[who], "--read", "--all", "--json").stdout or b"[]"))
           for who in words}
    if got["few"] == MANY:
        words["few"], words["many"] = words["many"], words["few"]
        got["few"], got["many"] = got["many"], got["few"]
    check(got == ANSWERS, "there are %s" % got)


with test("many answers over several days are all read"):
    prepare()

with test("on pages all words look alike in sizes and in the line's work"):
    looks = {}
    for who in ANSWERS:
        s = Source(team, words[who])
        page, did = counted(s.read)
        looks[who] = (page.status, page.size, did)
        if ANSWERS[who]:
            check(s.page.heading() == "Your messages", s.page.heading)
    check(len(set(map(str, looks.values()))) == 1, "told apart: %s" % looks)
    did = looks["none"][2]
    check(did["derive"] == 1 and did["look"] > 4000 and did["get"] > 0 and did["open"] > 0 and did["message"] > 0,
          "not counted: %s" % did)

with test("with a ticket all words look alike in sizes and in the line's work"):
    looks = {}
    for who in ANSWERS:
        s = Source(team, words[who])
        s.read()
        page, did = counted(lambda: post(team, "/read", ticket=s.ticket))
        looks[who] = (page.status, page.size, did)
    check(len(set(map(str, looks.values()))) == 1, "told apart: %s" % looks)

with test("tell --read looks alike in requests, sizes and the line's work"):
    proxy = Counting(team)
    with open(team.folder + "/settings", "a") as f:
        f.write("host 127.0.0.1:%d\n" % proxy.port)
    os.kill(team.serve_process.pid, signal.SIGHUP)
    address = "http://127.0.0.1:%d#%s" % (proxy.port, team.fingerprint)
    until("the new settings", lambda: ask(team, "GET", "/v1/line", host="127.0.0.1:%d" % proxy.port).status == 200
          and team.answers())
    looks = {}
    for who in ANSWERS:
        proxy.seen = []
        done, did = counted(lambda: team.tell(words[who], "--read", address=address))
        looks[who] = (proxy.seen, did)
    check(len(set(map(str, looks.values()))) == 1, "told apart: %s" % looks)
    check(len(proxy.seen) >= 6, "seen only %s" % proxy.seen)
finish()
