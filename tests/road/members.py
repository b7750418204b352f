"""members: disk_shows_no_member_count.  The line of a team of one and that of
a team of many, over two months: as many envelopes a day come to the one as to
the other, and then nothing in their folders tells them apart.

The desks of the many join, are handed keys, answer, and leave the daily work
to three of them; with LONG they are 50.
"""
import sqlite3
import stat

from lib_team import *

MANY = 50 if LONG else 5
ENVELOPE = 16384
one, many = Team("one"), Team("many")
both = (one, many)
base = int(time.time()) // DAY
FILE = os.path.join(T, "f.bin")
random_file(FILE, 3 * MIB)


def path_today(team):
    return "%s/pool/days/%d.letters" % (team.folder, base + team.days)


def came_today(team):
    with contextlib.suppress(FileNotFoundError):
        return os.path.getsize(path_today(team)) // ENVELOPE
    return 0


def as_many():
    """Whoever has fewer gets as many more: what a source might have sent."""
    most, most_at = max((came_today(team), path_today(team)) for team in both)
    if most > 0:
        with open(most_at, "rb") as f:
            letter = f.read(ENVELOPE)
    for team in both:
        for _ in range(most - came_today(team)):
            a = ask(team, "PUT", "/v1/letter", os.urandom(16) + letter)
            check(a.status == 200, lambda: "%d %s" % (a.status, a.text))
        check(came_today(team) == most, lambda: came_today(team))
    return most


def shape_of_note(path):
    """A signed note, without what is random in it."""
    def shape(v):
        if isinstance(v, dict):
            return {k: shape(x) for k, x in v.items()}
        if isinstance(v, list):
            return [shape(x) for x in v]
        return len(v) if isinstance(v, str) else v
    with open(path, encoding="utf-8") as f:
        kind, text, *rest = f.read().split("\n")
    return kind, shape(json.loads(text)), [len(r) for r in rest]


def shape_of_book(path):
    """Tables and rows of a database: numbers as they are, of the rest how long
    it is."""
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % path, uri=True)) as db:
        got = {"": db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()}
        for kind, name, _ in got[""]:
            if kind == "table":
                got[name] = sorted(
                    [str(v) if isinstance(v, int) else "%s %d" % (type(v).__name__, len(v or ""))
                     for v in row] for row in db.execute('SELECT * FROM "%s"' % name))
    return got


def shape_of_text(path):
    """Words, of hexadecimal ones the length alone."""
    with open(path) as f:
        return re.sub(r"\b[0-9a-f]{32}\b", "ID", f.read())


SHAPES = {"settings": shape_of_text, "certificate": shape_of_note,
          "key-note": shape_of_note, "pool/pool.db": shape_of_book}


def shape(team):
    """All that a folder shows of whoever has its disk: {path: what}."""
    got = {}
    for at, folders, files in os.walk(team.folder):
        for name in folders + files:
            path = os.path.join(at, name)
            rel, st = os.path.relpath(path, team.folder), os.lstat(path)
            # Whose name in the folder is random.
            rel = re.sub(r"\b[0-9a-f]{32}\b", "ID", rel)
            # How full a database's pages are is chance: its rows are compared.
            size = None if stat.S_ISDIR(st.st_mode) or name.endswith(".db") else st.st_size
            got.setdefault(rel, []).append(
                (stat.filemode(st.st_mode), st.st_uid, st.st_gid, st.st_nlink, size))
        for rel in SHAPES:
            if os.path.samefile(at, os.path.dirname(os.path.join(team.folder, rel))):
                got[rel, "inside"] = SHAPES[rel](os.path.join(team.folder, rel))
    return got


def compare():
    """With both lines off."""
    for team in both:
        team.stop()
    a, b = map(shape, both)
    for team in both:
        team.start()
    check(len(a) > len(SHAPES) + 4, a)
    for k in a.keys() | b.keys():
        check(a.get(k) == b.get(k), lambda: "%s: %s, %s" % (
            k, str(a.get(k))[:2000], str(b.get(k))[:2000]))


desks = [many.first]
for team in both:
    team.words = team.new_phrase()
    team.tell(team.words, "--attach", FILE, text="The first letter.")
    team.first.sync()

with test("disk_shows_no_member_count: %d join" % MANY):
    for i in range(1, MANY):
        desks.append(Desk(many, "desk %d" % i).welcome(
            many.first, "--role", ("editor", "viewer")[i % 2]))
        desks[-1].sync()
    around(many.first, desks[-1])
    check(len(many.first.members()["members"]) == MANY, many.first.members)
    check(as_many() >= MANY, came_today(many))
    compare()

with test("disk_shows_no_member_count: they answer, and a day is closed"):
    for team, by in ((one, one.first), (many, desks[2])):
        [handle] = by.handles()
        by.reply(handle, "An answer.")
        team.first.sync()
    as_many()
    for team in both:
        team.later(1)
        team.first.sync()
    as_many()
    compare()

with test("disk_shows_no_member_count: two months pass, and keys are handed out anew"):
    handed = [h for h, kind, why in many.first.log() if kind == "hand-out"]
    for _ in range(4):
        for team in both:
            team.later(15)
            team.tell(team.words, text="Later.")
        around(many.first, desks[1], desks[2])
        around(one.first, times=3)
        as_many()
        compare()
    after = [h for h, kind, why in many.first.log() if kind == "hand-out"]
    check(len(after) >= len(handed) + 4, lambda: (len(handed), len(after)))
finish()
