"""team_words: what members of a team say to each other about a conversation,
with the commands, on a real line."""
from lib_team import *

team = Team()
first = team.first
night, front = Desk(team, "Night desk"), Desk(team, "Front")
words = team.source("The first letter.")
around(first)
night.welcome(first, "--role", "editor")
[handle] = first.handles()
first.run("note", handle, input=b"Before Front came.")
first.run("terms", handle, "--level", "background", "--label", "one who was there")
first.run("draft", handle, input=b"Dear first letter,")
around(first, night)
front.welcome(first, "--role", "viewer")
around(first, night, front)


def notes(desk):
    return [(n["by"], n["text"]) for n in desk.json("show", handle)["notes"]]


def drafts(desk):
    return [d["text"] for d in desk.json("show", handle)["drafts"]]


with test("a welcome brings notes, drafts and what was agreed"):
    shown = front.json("show", handle)
    check([n["text"] for n in shown["notes"]] == ["Before Front came."], shown)
    check(shown["attribution"] == "background" and
          shown["label"] == "one who was there" and
          not shown["terms_missing"], shown)
    check(drafts(front) == ["Dear first letter,"], shown)

with test("notes written at once are the same list at every desk"):
    night.run("note", handle, input="Noční směna: už jsme se ptali.".encode())
    front.run("note", handle, input=b"I know the street.\n    Source, 2026-01-01")
    first.run("note", handle, input=b"Who asks?")
    around(first, night, front)
    check(len(notes(first)) == 4, notes(first))
    check(notes(first) == notes(night) == notes(front), notes(front))
    said = first.run("show", handle).stdout.decode()
    check("Notes of the team, never sent to the source" in said, said)
    check("        Source, 2026-01-01" in said, said)
    check("Draft of an answer, not sent" in said, said)

with test("a viewer notes, and is told why no more"):
    for verb in (["draft", handle], ["assign", handle], ["assign", handle, "Front"],
                 ["terms", handle, "--level", "none"]):
        said = front.refused(*verb, input=b"No.")
        check("A viewer may write notes" in said, said)

with test("drafts of two stand side by side until one is sent"):
    night.run("draft", handle, input=b"Dear source,")
    around(first, night)
    check(sorted(drafts(first)) == ["Dear first letter,", "Dear source,"], drafts(first))
    check("Dear source," in first.run("draft", handle, input=b"").stdout.decode(), "show")
    newest = drafts(first)[0]
    first.run("reply", handle, "--draft")
    check(drafts(first) == [], drafts(first))
    around(first, night, front)
    check(drafts(night) == drafts(front) == [], drafts(night))
    got = [m["text"] for m in json.loads(team.tell(words, "--read", "--json").stdout)]
    check(got == [newest], got)
    said = first.refused("reply", handle, "--draft")
    check("No draft stands here" in said, said)
    night.run("draft", handle, input=b"One more.")
    night.run("draft", handle, input=b"One more, and better.")
    check(drafts(night) == ["One more, and better."], drafts(night))
    night.run("draft", handle, "--undo")
    check(drafts(night) == [], drafts(night))

with test("a conversation is assigned by name, and its members find it"):
    said = first.refused("assign", handle, "Nobody")
    check("no one member of that name" in said, said)
    night.run("assign", handle, "Front", "Night desk")
    around(first, night, front)
    [row] = front.json("inbox")
    check([m["name"] for m in row["assigned"]] == ["Front", "Night desk"], row)
    check(row["mine"] and not first.json("inbox")[0]["mine"], row)
    said = first.run("inbox").stdout.decode()
    check("for Front, Night desk" in said, said)

with test("terms keep what is not said anew, and refuse what is none"):
    said = first.refused("terms", handle, "--level", "secret")
    check("off_record" in said, said)
    night.run("terms", handle, "--level", "on_record", "--byline", "A. Finch")
    around(first, night, front)
    shown = front.json("show", handle)
    check((shown["attribution"], shown["byline"], shown["label"]) ==
          ("on_record", "A. Finch", "one who was there"), shown)

with test("the source hears of none of it, and the logs are the same"):
    everything = team.tell(words, "--read", "--json").stdout.decode()
    for text in ("street", "Front", "One more", "A. Finch"):
        check(text not in everything, text)
    alike(first, night, front)

finish()
