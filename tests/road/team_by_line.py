"""team_by_line: somebody who cannot hand over a stick becomes a member by the
line alone: their request comes as a source's file, the welcome as an answer."""
from lib_team import *

team = Team()
first = team.first
new = Desk(team, "Night desk")
words = team.new_phrase()
saved = os.path.join(T, "saved")
got = os.path.join(T, "got")
os.mkdir(saved)
os.mkdir(got)

with test("a request to join comes as the file of a source"):
    code = new.asks()
    team.tell(words, "--attach", new.at + "/join-request", text="I am to join you.")
    first.sync()
    [handle] = first.handles()
    first.run("save", handle, "1", "--to", saved)
    check(os.listdir(saved) == ["join-request"], os.listdir(saved))

with test("the welcome goes back as the answer's file"):
    welcome = os.path.join(T, "welcome")
    codes = json.loads(first.key(
        "add", saved + "/join-request", "--role", "editor", "--code", code,
        "--to", welcome, "--json").stdout)
    first.run("reply", handle, "--attach", welcome, input=b"Welcome.")
    team.tell(words, "--read", "--to", got)
    [file] = os.listdir(got)
    team.run("join", new.at, "--welcome", os.path.join(got, file), "--code",
             codes["code"], "--passphrase-file", team.passphrase)

with test("who joined by the line reads and is heard as any other"):
    team.source("The first letter.")
    around(first, new)
    check(new.handles() == first.handles(), new.handles())
    [at] = [h for h in new.handles() if h != handle]
    check(new.texts(at) == ["The first letter."], new.texts(at))
    new.reply(at, "We are here.")
    alike(first, new)
    check("We are here." in first.texts(at), first.texts(at))

finish()
