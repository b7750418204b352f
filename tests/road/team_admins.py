"""team_admins: a team with a second admin goes on without the first; a lost
laptop and a lost team key are played through to a team that works."""
from lib_team import *

team = Team()
first = team.first
second = Desk(team, "Second admin").welcome(first, "--role", "admin")
night = Desk(team, "Night desk").welcome(first, "--role", "editor")
front = Desk(team, "Front").welcome(first, "--role", "editor")
words = team.source("The first letter.")
around(first, second, night, front)
[handle] = first.handles()


def handed(by):
    me = by.id()
    return [e for e in by.json("log") if e["type"] == "hand-out" and e["device"] == me]


with test("a second admin strikes off from their own desk, in force at once"):
    said = second.key("leave", "Front").stdout
    check(b"Done. The others are given their new keys" in said, said)
    check(len(handed(second)) == 2, handed(second))
    team.tell(words, text="Not for Front.")
    front.refused("sync")
    around(first, night)
    check("Not for Front." in first.texts(handle) and
          "Not for Front." in night.texts(handle) and
          "Not for Front." not in front.texts(handle), "who has it?")
    alike(first, second, night)

with test("an admin disappears: the other's desk hands out, and the line stays open"):
    before = len(handed(second))
    for _ in range(3):
        team.later(25)
        around(second, night)
    check(len(handed(second)) >= before + 2, handed(second))
    team.tell(words, text="Without the first admin.")
    around(second, night)
    check("Without the first admin." in night.texts(handle), night.texts(handle))
    night.reply(handle, "We are here.")
    alike(second, night)

with test("who disappeared is struck off, and what they hold opens nothing new"):
    second.key("leave", "first member")
    team.tell(words, text="After the first admin.")
    around(second, night)
    check("After the first admin." in night.texts(handle), night.texts(handle))
    first.refused("sync")
    check("After the first admin." not in first.texts(handle), "it opened it")
    alike(second, night)

with test("a laptop is lost: its member goes on with another, and lacks nothing"):
    lost = night.id()
    new = Desk(team, "Night desk again")
    new.welcome(second, "--member", "Night desk")
    second.key("leave", lost[:8])
    team.tell(words, text="After the loss.")
    around(second, new)
    night.refused("sync")
    check(new.texts(handle) == second.texts(handle) and
          "After the loss." in new.texts(handle), new.texts(handle))
    alike(second, new)

with test("the team key is lost: two sheets bring it back, and it signs"):
    sheets = os.path.join(T, "sheets")
    team.run("team", "split", team.dir + "/team", "--to", sheets,
             "--passphrase-file", team.passphrase)
    shutil.rmtree(team.dir + "/team")
    second.key("role", "Night desk", "--role", "viewer", good=False)
    files = sorted(os.path.join(sheets, f) for f in os.listdir(sheets))[:2]
    team.run("team", "recover", "--to", team.dir + "/team", *files,
             "--new-passphrase-file", team.passphrase)
    second.key("role", "Night desk", "--role", "viewer")
    around(second, new)
    new.refused("reply", handle, input=b"A viewer's words.")

with test("without any sheet the desks go on: letters, answers and keys"):
    shutil.rmtree(team.dir + "/team")
    for _ in range(2):
        team.later(29)
        around(second, new)
    team.tell(words, text="No team key any more.")
    around(second, new)
    second.reply(handle, "We can still answer.")
    check("No team key any more." in new.texts(handle), new.texts(handle))
    alike(second, new)

finish()
