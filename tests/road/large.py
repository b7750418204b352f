"""large: large files go through a line that stays small, one and eight at once,
from browsers and from tell, and come out with the same SHA-256.  64 MiB and
eight times 12 here; 3 GiB and eight times 1 GiB with LONG=1, which takes
45 GiB of disk for some minutes.
"""
from lib import *

SIZE = 3 << 30 if LONG else 64 * MIB
EIGHT = 1 << 30 if LONG else 12 * MIB
LIMITS = {"front": 32, "keeper": 16, "deriver": 24}  # MiB resident
team = Line(settings="quota 400000000000\nfile-max 8589934592").start()
door = Source(team).start().field("door")
peak = {}


def resident(pid):
    with open("/proc/%d/smaps_rollup" % pid) as f:
        return int(re.search(r"^Rss:\s+(\d+)", f.read(), re.M).group(1)) / 1024


class Watch(threading.Thread):
    """Looks at the size of every process as long as it lives."""

    def __init__(self):
        super().__init__()
        self.over = threading.Event()
        self.pids = team.processes()

    def run(self):
        while not self.over.wait(0.02):
            for role, pids in self.pids.items():
                with contextlib.suppress(OSError):
                    peak[role] = max(peak.get(role, 0), *map(resident, pids))

    def __enter__(self):
        peak.clear()
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def small():
    for role, most in LIMITS.items():
        check(peak[role] < most, "%s has %.1f MiB resident" % (role, peak[role]))
    print("resident, MiB:", {r: round(v, 1) for r, v in peak.items()}, file=sys.stderr)


def browser(path, text):
    """A form with a file, sent as it is read."""
    parts = multipart([("id", os.urandom(16).hex()), ("door", door), ("seen", "0"),
                       ("words", team.new_phrase()), ("text", text)], [(os.path.basename(path), b"")])
    file, end = parts[-2][:-2], b"\r\n" + parts[-1]
    before = b"".join(parts[:-2]) + file
    n = len(before) + os.path.getsize(path) + len(end)
    with connect(team) as c:
        c.settimeout(300)
        c.sendall(head(team, "POST", "/send", n, MULTIPART) + before)
        with open(path, "rb") as f:
            while piece := f.read(MIB):
                c.sendall(piece)
        c.sendall(end)
        answer = read_answer(c)
    check(answer.heading() == "Sent" and 'class="code"' in answer.text,
          lambda: "%d %s" % (answer.status, answer.heading()))


def tell(path, text):
    team.tell(team.new_phrase(), "--attach", path, text=text, timeout=3000)


big = os.path.join(T, "big.bin")
BIG = random_file(big, SIZE, 7)
want = {}

for how in (browser, tell):
    with test("%d MiB go from %s through a line that stays small" % (SIZE // MIB, how.__name__)):
        with Watch():
            how(big, "Large, " + how.__name__)
        want["Large, " + how.__name__] = BIG
        small()

with test("eight uploads at once go through, and the line stays small"):
    paths = [os.path.join(T, "%d.bin" % i) for i in range(8)]
    for i, path in enumerate(paths):
        want["Eight, %d" % i] = random_file(path, EIGHT, i)
    wrong = []

    def one(i):
        try:
            (browser, tell)[i % 2](paths[i], "Eight, %d" % i)
        except Exception as e:
            wrong.append(repr(e))
    with Watch():
        threads = [threading.Thread(target=one, args=(i,)) for i in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    check(not wrong, ", ".join(wrong))
    small()

with test("all of them come out with the same SHA-256"):
    with Watch():
        team.sync(timeout=3000)
    got = {texts[0]: set(files.values()) for texts, files in team.export().values()}
    for text, sha in want.items():
        check(got.get(text) == {sha}, "%s has %s" % (text, got.get(text)))
    small()
finish()
