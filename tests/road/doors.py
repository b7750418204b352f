"""doors: a team with two doors on a real line, from the first page to the desks
of those who read at each."""
from lib_team import *

TOLD = "Two of us who know machines & <parts>"
team = Team(doors=("--door", "Front", "--door", "Lab", "--readers", TOLD))
first = team.first
night = Desk(team, "Night desk")
front, lab = [d["id"] for d in first.members()["doors"]]


def inbox(desk, *args):
    return sorted((c["door"], c["letters"]) for c in desk.json("inbox", *args))


with test("the first page asks who should read, names each door, and chooses none"):
    page = ask(team, "GET", "/").body
    check(page.count(b'type="radio" name="door"') == 2, "no choice")
    check(b"checked" not in page and page.count(b"required") >= 2, "one is chosen")
    check(b"Two of us who know machines &amp; &lt;parts&gt;" in page, "not said")
    check(len(page) == 32768, len(page))

with test("what is sent through a door comes to those who read there alone"):
    night.welcome(first, "--role", "editor", "--door", "Lab")
    around(first, night)
    a, b = Source(team), Source(team)
    for s, door, text in ((a, front, "To the front."), (b, lab, "To the lab.")):
        s.new()
        s.write()
        check(s.send(text, door=door).status == 200, text)
    around(first, night)
    check(inbox(first) == [("Front", 1), ("Lab", 1)], inbox(first))
    check(inbox(night) == [("Lab", 1)], inbox(night))
    check(inbox(first, "--door", "lab") == [("Lab", 1)], "another door")
    said = first.refused("inbox", "--door", "Attic")
    check("no such door" in said, said)

with test("without a choice nothing is sent, and the text and the choice are kept"):
    c = Source(team)
    c.new(door="")
    c.write()
    got = c.send("Not yet said to whom.", door="")
    check(got.status == 400 and b"Not yet said to whom." in got.body, got.status)
    check(b"checked" not in got.body.split(b'name="keep"')[0], "one is chosen")
    got = c.send(" ", door=lab)
    check(got.status == 400, got.status)
    chosen = got.body.split(b'value="%s"' % lab.encode())[1][:20]
    check(b"checked" in chosen, chosen)
    got = c.send("x" * 10, door=lab, ticket="dead")
    check(got.status == 403 and b"checked" in
          got.body.split(b'value="%s"' % lab.encode())[1][:20], got.status)

with test("an answer comes with the door's voice, and the conversation stays there"):
    [handle] = night.handles()
    night.reply(handle, "The lab has it.")
    around(first, night)
    page = b.read().body
    check(b"The lab has it." in page, "no answer")
    check(first.texts(handle) == night.texts(handle), first.texts(handle))

with test("tell lists the doors when none is named, and writes to the one that is"):
    words = team.new_phrase()
    said = team.tell(words, text="x", good=False).stderr.decode()
    check("--door" in said and "  Front\n" in said and "  Lab: " + TOLD in said, said)
    said = team.tell(words, "--door", "Attic", text="x", good=False).stderr.decode()
    check("no such door" in said, said)
    team.tell(words, "--door", "lab", text="From tell.")
    around(first, night)
    check(inbox(night) == [("Lab", 1), ("Lab", 2)], inbox(night))

with test("a door is opened, called otherwise and closed; what came there is answered"):
    first.key("open", "Archive", "--readers", "Who keeps papers")
    check("called so" in first.key("open", "archive", good=False).stderr.decode(), "twice")
    around(first, night)
    page = ask(team, "GET", "/").body
    check(page.count(b'type="radio" name="door"') == 3 and b"Who keeps papers" in page, "no door")
    first.key("rename", "Archive", "--name", "Papers")
    first.key("close", "Lab")
    check("so already" in first.key("close", "Lab", good=False).stderr.decode(), "twice")
    around(first, night)
    page = ask(team, "GET", "/").body
    check(page.count(b'type="radio" name="door"') == 2, "it is offered")
    check(b">Papers<" in page and b">Lab<" not in page, "other names")
    got = c.send("Chosen before it closed.", door=lab)
    check(got.status == 400 and b"Chosen before it closed." in got.body, got.status)
    night.reply(handle, "Closed, and answered.")
    around(first, night)
    check(b"Closed, and answered." in b.read().body, "no answer")

with test("who may not read at a door any more is told so when he answers"):
    first.key("close", "Lab", "--undo")
    first.key("door", "Night desk", "Lab", "--undo")
    around(first, night)
    said = night.refused("reply", handle, input=b"Too late.")
    check("at which you do not read" in said, said)
    check("nobody would read" in
          first.key("door", "first member", "Lab", "--undo", good=False).stderr.decode(), "nobody")

with test("misuse of doors is said and changes nothing"):
    serial = first.members()["serial"]
    for verb, args, why in (("open", ("x" * 101,), "1 to 100 bytes"),
                            ("open", ("A", "--readers", "x" * 501), "500 bytes"),
                            ("rename", ("Attic", "--name", "B"), "no such door"),
                            ("rename", ("Lab",), "rename wants"),
                            ("rename", ("Lab", "--name", "front"), "so already"),
                            ("close", ("Attic",), "no such door"),
                            ("close", (), "close wants")):
        said = first.key(verb, *args, good=False).stderr.decode()
        check(why in said, (verb, args, said))
    for args, why in ((("--door", "A", "--door", "a"), "called the same"),
                      (("--door", ""), "1 to 100 bytes"),
                      (("--door", "A", "--readers", "x\ny"), "500 bytes"),
                      (("--door", "A") * 5, "four doors")):
        said = team.run("init", T + "/none", "--name", "Example Group", "--passphrase-file",
                        team.passphrase, *args, good=False).stderr.decode()
        check(why in said, said)
    check(first.members()["serial"] == serial and not os.path.exists(T + "/none"), "changed")

finish()
