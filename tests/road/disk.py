"""disk: the line's folder on a small file system of its own, which is filled
while files come, before letters are committed, and while a day is closed.  The
answer is clear, nothing that was acknowledged is lost, and the line goes on
when there is room again.

Mounts a tmpfs: as root, or through `sudo -n`.
"""
from lib import *

as_root()
ROOM = 40 * MIB
small = os.path.join(T, "small")
os.mkdir(small)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d" % ROOM, "sotto-road", small], check=True)
at_end(lambda: subprocess.run(["umount", small], check=True))
# The quota promises more than there is: the disk itself is what fills.
team = Line(line_dir=small, sim=True, settings="quota 20000000000").start()
door = Source(team).start().field("door")
FILE, SIZE = os.path.join(T, "f.bin"), 2 * MIB + 5
SHA = random_file(FILE, SIZE)
DATA = open(FILE, "rb").read()
ballast = os.path.join(small, "ballast")
want = {}


def fill(but=0):
    """Take all the room there is but `but` bytes."""
    with open(ballast, "wb") as f:
        free = os.statvfs(small).f_bavail * 4096
        with contextlib.suppress(OSError):
            f.write(bytes(max(0, free - but)))
            f.flush()


def make_room():
    os.unlink(ballast)


def form(text, data, words=None):
    files = [("f.bin", data)] if data else []
    return b"".join(multipart([("id", os.urandom(16).hex()), ("door", door), ("seen", "0"),
                               ("words", words or team.new_phrase()), ("text", text)], files))


def send(body):
    return ask(team, "POST", "/send", body, MULTIPART)


def codes(answer):
    return {SHA} if 'class="code"' in answer.text else set()


def go_on(what):
    """With room again, the same is taken within seconds."""
    make_room()
    until("the line to take letters again", lambda: send(form(what, None)).heading() == "Sent")
    want[what] = set()


with test("there is room: letters and files are taken"):
    check(send(form("At first.", DATA)).heading() == "Sent", "not sent")
    team.tell(team.new_phrase(), "--attach", FILE, text="At first, tell.")
    want["At first."] = want["At first, tell."] = {SHA}

with test("a full disk while a file comes from a browser is said, and the text kept or sent"):
    fill(MIB)
    body = form("Full in the file.", DATA)
    a = send(body)
    if a.heading() == "Sent":
        check("Not everything arrived" in a.text and not codes(a), a.heading)
        want["Full in the file."] = set()
    else:
        check(a.status == 507 and "Full in the file." in a.text, "%d %s" % (a.status, a.heading()))
    go_on("After the first.")

with test("a full disk when a letter is committed is said, and the text kept"):
    fill()
    body = form("Full at the commit.", None)
    a = until("an answer", lambda: send(body), 5)
    check(a.status in (503, 507) and "Full at the commit." in a.text, "%d %s" % (a.status, a.heading()))
    go_on("After the second.")
    a = send(body)
    check(a.heading() == "Sent", a.heading)
    want["Full at the commit."] = set()

with test("a full disk is said by tell, which goes on where it was"):
    words = team.new_phrase()
    fill(MIB)
    done = team.tell(words, "--attach", FILE, text="Full in tell.", good=False)
    check(done.returncode == 1 and b"full" in done.stderr, done.stderr)
    go_on("After the third.")
    team.tell(words, "--attach", FILE, text="Full in tell.")
    want["Full in tell."] = {SHA}

with test("a full disk when an upload is committed is said, and the parts stay"):
    words = team.new_phrase()
    body = form("Full at the end.", DATA, words)
    c = connect(team)
    c.sendall(head(team, "POST", "/send", len(body), MULTIPART) + body[:-2])
    time.sleep(0.3)  # the kernel hands it on
    fill()
    c.sendall(body[-2:])
    a = read_answer(c)
    if a.heading() == "Sent":
        want["Full at the end."] = codes(a)
    else:
        check(a.status in (503, 507), "%d %s" % (a.status, a.heading()))
    go_on("After the fourth.")
    if "Full at the end." not in want:
        check(send(body).heading() == "Sent", "not sent")
        want["Full at the end."] = {SHA}

with test("reading goes on while the disk is full"):
    fill()
    s = Source(team, team.new_phrase())
    check(s.read().status == 200, s.page.heading)
    make_room()

with test("a line starts on a full disk, or says why, and comes back with room"):
    fill()
    team.kill("keeper")
    make_room()
    until("the line to answer", team.answers, 5)

with test("a day that cannot be closed on a full disk stays open, and is closed when there is room"):
    today = int(time.time()) // 86400
    path = "%s/pool/days/%d" % (small, today)
    fill(3 * MIB)  # a letter has room, the filled day has none
    team.ahead(86400 - int(time.time()) % 86400 + 7200)
    until("the closing to be tried", lambda: os.path.exists(path + ".new"), 10, 0.0005)
    until("it to be given up", lambda: not os.path.exists(path + ".new"), 10)
    check(os.path.exists(path + ".letters") and not os.path.exists(path), "the day was closed")
    check(send(form("While it waits.", None)).heading() == "Sent", "no letter was taken")
    want["While it waits."] = set()
    make_room()
    team.ahead(86400 - int(time.time()) % 86400 + 86400 + 7200)
    until("the day to be closed", lambda: os.path.exists(path) and not os.path.exists(path + ".letters"), 30)

with test("nothing that was acknowledged is lost"):
    until("all", lambda: team.sync() and len(team.desk_json("inbox")) >= len(want), 20)
    got = {texts[0]: set(files.values()) for texts, files in team.export().values()}
    check(got == want, lambda: "lost or changed: %s" % {k: (got.get(k), want.get(k)) for k in got.keys() | want.keys()
                                                        if got.get(k) != want.get(k)})
finish()
