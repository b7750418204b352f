"""keepers: a file that three desks of a team share: two fetch it by
themselves, the third when it opens it; when the line has forgotten it, the two
have it still, as it was sent.
"""
from lib_team import *

KEPT = 30
team = Team(settings="retention %d" % KEPT)
first = team.first
night, front = Desk(team, "Night desk"), Desk(team, "Front")
night.welcome(first, "--role", "editor")
around(first, night)
front.welcome(first, "--role", "editor")
around(first, night, front)


def parts(desk):
    return len(os.listdir(desk.dir + "/p"))


def save(desk, handle, number, good=True):
    """Saves it in a folder of its own; its hash."""
    to = tempfile.mkdtemp(dir=T)
    os.rmdir(to)
    if not good:
        return desk.refused("save", handle, number, "--to", to)
    desk.run("save", handle, number, "--to", to)
    [name] = os.listdir(to)
    return sha_of(os.path.join(to, name))


def keepers():
    return {m["name"]: [d["keeper"] for d in m["devices"]]
            for m in first.members()["members"]}


words = team.new_phrase()
film = os.path.join(T, "film.mp4")
sha = random_file(film, 9 * PART_PLAIN + 11)

with test("the first two devices of a team keep files, and the third does not"):
    ours = keepers()
    check(ours["Night desk"] == [True] and ours["Front"] == [False] and
          sum(sum(k) for k in ours.values()) == 2, ours)

with test("a keeper that is killed in the middle goes on part by part"):
    team.tell(words, "--attach", film, text="A film.")
    got = first.sync()
    check(got["letters"] == 1 and got["files"] == 1 and parts(first) == 10, got)
    p = subprocess.Popen([team.program, "desk", night.dir, "--passphrase-file",
                          team.passphrase, "sync"], env=team.env,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until("some parts", lambda: parts(night) >= 3 or p.poll() is not None, 60, 0.002)
    p.kill()
    p.wait()
    had = parts(night)
    check(3 <= had, had)
    got = night.sync()
    check(got["files"] == (had < 10) and parts(night) == 10, (had, got))
    check(got["files_wait"] == 0 and not got["files_full"] and
          got["files_bytes"] == 10 * 2**20, got)

with test("the third desk has the letter and no file, until a member opens it"):
    got = front.sync()
    check(got["letters"] == 1 and got["files"] == 0 and parts(front) == 0, got)
    [handle] = front.handles()
    [file] = front.json("show", handle)["letters"][0]["files"]
    check(not file["here"] and file["sha256"] == sha, file)
    check("save fetches it" in front.run("show", handle).stdout.decode(), "show")
    check(save(front, handle, "1") == sha, "another file")
    check(parts(front) == 10, parts(front))

with test("what nobody opened is kept by two desks when the line has forgotten it"):
    second = os.path.join(T, "second.mp4")
    other = random_file(second, 2 * PART_PLAIN, seed=2)
    team.tell(words, "--attach", second, text="Another.")
    around(first, night, front, times=1)
    check((parts(first), parts(night), parts(front)) == (12, 12, 10), "parts")
    team.later(3)
    around(first, night, front)
    # Its days are finished; the key of the file alone is left.
    team.later(KEPT)
    around(first, night, front)
    team.later(2)
    oldest = int(time.time()) // DAY + 2
    until("the day of the file to go", lambda: min(
        int(f.split(".")[0]) for f in os.listdir(team.folder + "/pool/days")) > oldest, 60)
    around(first, night, front)
    said = save(front, handle, "2", good=False)
    check("Night desk" in said and "line has that file no more" in said, said)
    for desk in first, night:
        check(save(desk, handle, "2") == other and save(desk, handle, "1") == sha,
              desk.name)
    check(save(front, handle, "1") == sha, "what it opened stays")

with test("a team of three with one keeper says so at every desk"):
    first.key("keeper", night.id(), "--undo")
    around(first, night, front)
    for desk in first, night, front:
        check(desk.sync()["keepers_lack"], desk.name)
        check("Fewer than two desks" in desk.run("sync").stderr.decode(), desk.name)
    check(first.key("keeper", night.id(), "--undo", good=False).returncode == 1, "twice")

with test("who is struck off is replaced as a keeper too"):
    said = first.key("leave", "Night desk").stdout.decode()
    check("of Front keeps files from now on" in said, said)
    check(keepers()["Front"] == [True], keepers())
    check(not first.sync()["keepers_lack"], "lack")

with test("a conversation that is destroyed takes the files that were kept"):
    first.run("delete", handle, "--now")
    around(first, front)
    check(parts(first) == parts(front) == 0, "parts are left")

finish()
