"""deleted: a conversation that the desk deletes goes from the line too, in
simulated time: not before its day is seven days old, then every envelope of it
and none else, in place, so that nothing shows which they were; our answer stays
for its source, and the log has the purge.  A source who deletes with `tell` tells
the team so.
"""
from lib import *

DAY = 86400
LETTER, PART = 16384, MIB
team = Line(sim=True).start()
FILE = os.path.join(T, "f.bin")
random_file(FILE, 2 * MIB, 3)
now = int(time.time())
today = now // DAY
to_midnight = DAY - now % DAY


def day(n):
    """Two hours into the n-th day from now; the day before is closed."""
    team.ahead(to_midnight + (n - 1) * DAY + 7200 - (int(time.time()) - now))
    path = "%s/pool/days/%d" % (team.folder, today + n - 1)
    if n == 1:
        until("the day before to be closed", lambda: os.path.exists(path), 30)


def closed():
    """The closed day: its header and tags, and {tag: SHA-256 of the envelope}."""
    with open("%s/pool/days/%d" % (team.folder, today), "rb") as f:
        data = f.read()
    a, b = struct.unpack(">II", data[20:28])
    body = 4096 + ((a + b) * 16 + 4095) // 4096 * 4096
    tags = [data[4096 + i * 16:4112 + i * 16] for i in range(a + b)]
    sizes = [LETTER] * a + [PART] * b
    hashes, at = {}, body
    for tag, size in zip(tags, sizes):
        hashes[tag] = hashlib.sha256(data[at:at + size]).hexdigest()
        at += size
    check(at == len(data), "the file has another size")
    return data[:body], hashes


def synced():
    return team.desk_json("sync")


words, others = team.new_phrase(), team.new_phrase()
with test("two sources write, and one is answered"):
    team.tell(words, "--attach", FILE, text="To be deleted.")
    team.tell(words, text="This too.")
    team.tell(others, "--attach", FILE, text="To be kept.")
    team.sync()
    handle = next(h for h, (texts, _) in team.export().items() if "This too." in texts)
    team.desk("reply", handle, input=b"An answer that stays.")
    day(1)
    team.sync()
    head, before = closed()
    check(len(before) >= 4 + 6, "it has %d envelopes" % len(before))

with test("what is deleted is gone from the desk at once, and stays on the line for its time"):
    said = team.desk("delete", handle).stdout
    check(b"seven days" in said, said)
    check(handle not in team.export(), "it is still there")
    for n in range(1, 7):
        day(n)
        check(synced()["cleared"] == 0, "cleared on day %d" % n)
    check(closed() == (head, before), "the closed day has changed")

with test("after seven days its two letters and three parts are overwritten, and nothing else"):
    day(7)
    check(synced()["cleared"] == 5, "not five")

    def gone():
        again, after = closed()
        check(again == head and after.keys() == before.keys(), "header or tags have changed")
        return sum(after[t] != before[t] for t in after) == 5
    until("five to be overwritten", gone, 20)
    _, after = closed()
    changed = [t for t in after if after[t] != before[t]]
    entries = [e for e in team.desk_json("log") if e["type"] == "purge"]
    check(len(entries) == 1 and entries[0]["body"]["day"] == today, entries)
    check(sorted(t.hex() for t in changed) == entries[0]["body"]["tags"], "others were overwritten")

with test("it is asked for once, and the other conversation is whole"):
    check(synced()["cleared"] == 0, "asked again")
    (texts, files), = team.export().values()
    check(texts == ["To be kept."] and list(files.values()) == [sha_of(FILE)], texts)

with test("the answer is still there for its source"):
    check(b"An answer that stays." in team.tell(words, "--read").stdout, "it is gone")
    check(len(closed()[1]) == len(before), "the file has shrunk")

with test("what was deleted can be written again"):
    team.tell(words, text="Once more.")
    team.sync()
    check(any("Once more." in texts for texts, _ in team.export().values()), "not shown")


def asking():
    """Which conversations ask to be deleted, and the others."""
    team.sync()
    a = {c["handle"]: c["asks_deletion"] for c in team.desk_json("inbox")}
    return sorted(h for h in a if a[h]), sorted(h for h in a if not a[h])


with test("a source who deletes with tell is marked at the desk, and no other"):
    [theirs] = [h for h, (texts, _) in team.export().items() if "To be kept." in texts]
    check(asking()[0] == [], "marked before")
    said = team.tell(others, "--delete").stdout
    check(b"a message tells the team so" in said and b"theirs to delete" in said, said)
    asked, rest = asking()
    check(asked == [theirs] and len(rest) == 1, (asked, rest))
    check(b"(asks you to delete it)" in team.desk("inbox").stdout, "not to be seen")

with test("the same command again does no harm"):
    check(b"a message tells the team so" in team.tell(others, "--delete").stdout, "not told")
    check(asking()[0] == [theirs], "another mark")

with test("words under which nothing lies tell the team nothing"):
    said = team.tell(team.new_phrase(), "--delete").stdout
    check(b"Nothing lies on the line" in said and b"told nothing" in said, said)
    check(asking() == (asked, rest), "somebody has come")
finish()
