"""team: two and three desks of one team on a real line, in simulated time."""
from lib_team import *

team = Team()
first = team.first
night, front = Desk(team, "Night desk"), Desk(team, "Front")

with test("two desks answer one source and come to the same log and words"):
    words = team.source("The first letter.")
    around(first)
    night.welcome(first, "--role", "editor")
    around(first, night)
    [handle] = first.handles()
    check(night.handles() == [handle], night.handles)
    first.reply(handle, "From the first.")
    night.reply(handle, "From the night desk.")
    around(first, night)
    check(first.texts(handle) == night.texts(handle) and
          len(first.texts(handle)) == 3, first.texts(handle))
    alike(first, night)
    got = [m["text"] for m in json.loads(team.tell(words, "--read", "--json").stdout)]
    check(sorted(got) == ["From the first.", "From the night desk."], got)

with test("a third that joins later sees all that was, and hears of all that is"):
    front.welcome(first, "--role", "viewer")
    team.later(1)
    around(first, night, front)
    check(front.texts(handle) == first.texts(handle), front.texts(handle))
    team.tell(words, text="The second letter.")
    around(first, night, front)
    check("The second letter." in front.texts(handle), front.texts(handle))
    front.refused("reply", handle, input=b"A viewer's words.")
    alike(first, night, front)

with test("a desk that was away for a week catches up with one sync or two"):
    for day in range(3):
        team.later(2)
        team.tell(words, text="Day %d." % day)
        first.reply(handle, "Answer %d." % day)
        around(first, night, times=1)
    around(first, night)
    front.sync()
    around(first, night, front)
    check(front.texts(handle) == first.texts(handle), front.texts(handle))
    alike(first, night, front)

with test("a desk that is struck off opens nothing that is sent from then on"):
    night_id = night.id()
    team.stop()
    said = first.key("leave", night_id[:8])
    check(b"Signed, but not in force" in said.stdout and
          b"does not answer" in said.stderr, said)
    team.start()
    first.sync()
    said = night.refused("sync")
    check("struck this device off" in said, said)
    around(first, front)
    team.tell(words, text="Not for the night desk.")
    around(first, front)
    check("Not for the night desk." in front.texts(handle), front.texts(handle))
    said = night.refused("sync")
    check("sotto join" in said, said)
    check("Not for the night desk." not in night.texts(handle), night.texts(handle))
    alike(first, front)

with test("a desk that was away when the access key changed comes in by itself"):
    third = Desk(team, "Archive").welcome(first, "--role", "editor")
    around(first, front, third)
    night = Desk(team, "Second night desk").welcome(first, "--role", "editor")
    around(first, front, night, third)
    said = first.key("leave", "Second night desk").stdout
    check(b"Done. The others are given their new keys" in said, said)
    team.tell(words, text="Sent a moment after that.")
    night.refused("sync")
    check("Sent a moment after that." not in night.texts(handle), "it opened it")
    around(front)
    third.sync()  # has the next one now
    team.later(9)
    around(first, front)
    third.sync()
    team.tell(words, text="After another change.")
    alike(first, front, third)
    check("After another change." in third.texts(handle), third.texts(handle))

with test("keys are handed out every 28 days though nobody came or went"):
    def handed():
        return [h for h, kind, why in first.log() if kind == "hand-out"]
    before = len(handed())
    for _ in range(2):
        team.later(14)
        around(first, front, third, times=1)
    around(first, front, third)
    check(len(handed()) == before + 2, handed)
    team.tell(words, text="To keys of another month.")
    alike(first, front, third)
    check("To keys of another month." in front.texts(handle), front.texts(handle))

with test("desk_away_over_rotation_comes_back: 40 days, and the keys renewed twice"):
    before = len(handed())
    for day in range(4):
        team.later(10)
        team.tell(words, text="Away %d." % day)
        first.reply(handle, "While away %d." % day)
        around(first, front)
    check(len(handed()) >= before + 2, handed)
    first.key("role", "Front", "--role", "editor")
    around(first, front)
    third.sync()
    check(third.texts(handle) == first.texts(handle), third.texts(handle))
    alike(first, front, third)
    third.reply(handle, "Back again.")
    alike(first, front, third)
    front.reply(handle, "May speak now.")
    alike(first, front, third)
    check(front.texts(handle)[-2:] == ["Back again.", "May speak now."],
          front.texts(handle))

with test("all desks away for 70 days: the line closes, and one fetch opens it"):
    team.later(39)
    check("more days. " in first.run("inbox").stderr.decode(),
          first.run("inbox").stderr.decode)
    team.later(31)
    said = team.tell(words, text="Too late.", good=False)
    check(said.returncode == 1 and b"closed" in said.stderr, said.stderr)
    page = ask(team, "GET", "/")
    check("No new messages today" in page.text, "the page takes some")
    check("no keys for today" in front.run("inbox").stderr.decode(), "not said")
    around(first, front, third)
    team.tell(words, text="After 70 days.")
    alike(first, front, third)
    check("After 70 days." in third.texts(handle), third.texts(handle))
    check("" == first.run("inbox").stderr.decode(), first.run("inbox").stderr.decode)

finish()
