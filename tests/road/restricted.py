"""restricted: a conversation that one member alone reads, on a real line with
two doors and three desks, and a source that writes with `sotto tell`."""
from lib_team import *

TOLD = "Those who know machines"
team = Team(doors=("--door", "Front", "--door", "Lab", "--readers", TOLD))
first = team.first
night, archive = (Desk(team, n).welcome(first, "--role", "editor", "--door", "Lab")
                  for n in ("Night desk", "Archive"))
others = (first, archive)
around(first, night, archive)
words = team.new_phrase()


def tell(text):
    return team.tell(words, "--door", "Lab", text=text).stdout.decode()


def nothing_of(folder, text):
    """Not a file in it has these words, whoever it is sealed to."""
    for at, _, files in os.walk(folder):
        for name in files:
            with open(os.path.join(at, name), "rb") as f:
                check(text.encode() not in f.read(), name)


with test("the source chose a door, and all who read there read its first letter"):
    check("Read by: " + TOLD in tell("For the lab."), "not said")
    around(first, night, archive)
    [handle] = night.handles()
    for d in (night, *others):
        check(d.texts(handle) == ["For the lab."], d.texts(handle))

with test("restricted to one member, the next letter opens at that desk alone"):
    night.refused("restrict", handle, "--to", "Archive")
    archive.refused("restrict", handle, "--to", "Nobody")
    night.run("restrict", handle, "--to", "Night desk")
    night.sync()
    night.reply(handle, "Now to me alone.")
    around(first, night, archive)
    said = tell("A word for one.")
    check("Only those who answer you can open it." in said, said)
    around(first, night, archive)
    check("A word for one." in night.texts(handle), night.texts(handle))
    for d in others:
        check("A word for one." not in d.texts(handle), d.name)
        check(d.json("show", handle)["restricted"], d.name)
        nothing_of(d.dir, "A word for one.")
        # Not with more time, nor with all that it can be given.
        d.sync()
        check("A word for one." not in d.texts(handle), d.name)
    nothing_of(team.folder, "A word for one.")

with test("who does not read it answers it no more, nor lets themselves in"):
    for d in others:
        d.refused("reply", handle, input=b"Let me.")
        d.refused("restrict", handle, "--to", d.name)
        d.refused("restrict", handle, "--undo")
    alike(first, night, archive)

with test("an answer that is gone leaves the door, and tell says who reads there"):
    for days in (45, 47, 1):  # the line keeps 90
        team.later(days)
        around(first, night, archive)
    got = json.loads(team.tell(words, "--read", "--json").stdout)
    check(got == [], got)
    said = tell("After a long while.")
    check("Read by: " + TOLD in said and "Only those" not in said, said)
    around(first, night, archive)
    letters = night.json("show", handle)["letters"]
    check(letters[-1]["text"] == "After a long while.", letters)
    page = night.run("show", handle).stdout.decode()
    check("It came by the door: all who read there can" in page, page)
    check("A word for one." not in first.texts(handle), first.texts(handle))
finish()
