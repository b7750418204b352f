"""quota: a line that holds as much as it may: what its sources see, and that
what came before is there and can be answered.
"""
from concurrent.futures import ThreadPoolExecutor

from lib import *

team = Line(settings="quota %d" % (128 * MIB)).start()
FILE, SIZE = os.path.join(T, "f.bin"), 1000000
SHA = random_file(FILE, SIZE)
DATA = open(FILE, "rb").read()
NO_ROOM = "There is no room just now"
early = Source(team)


def envelope():
    """One that the line takes, under any tag: nobody can open it."""
    with open(team.folder + "/key-note") as f:
        to = re.search(r'"recipients":\["(age1pq1[a-z0-9]+)"', f.read()).group(1)
    return team.run("seal", "-r", to, input=bytes(14725)).stdout


def put(sealed):
    return ask(team, "PUT", "/v1/letter", os.urandom(16) + sealed).status


with test("files are taken until their share of the day is full"):
    early.newcomer()
    check(early.send("Before it was full.", [("f.bin", DATA)]).heading() == "Sent", early.page.heading)
    check('class="code"' in early.page.text, early.page.text)
    for _ in range(32):
        done = team.tell(team.new_phrase(), "--attach", FILE, text="One more.", good=False)
        if done.returncode != 0:
            break
    check(done.returncode == 1 and b"full" in done.stderr, done.stderr)

with test("a source whose file finds no room is told so, and the text has arrived"):
    late = Source(team)
    late.newcomer()
    late.send("With a file for which there is no room.", [("f.bin", DATA)])
    check(late.page.status == 200 and late.page.heading() == "Sent", late.page.heading)
    check("Not everything arrived" in late.page.text, late.page.text)
    check("there is no room: <bdi>1</bdi>" in late.page.text, late.page.text)
    check('class="code"' not in late.page.text, "a file has a check code")

with test("letters are taken until nothing is left but the desks' share"):
    sealed = envelope()
    check(len(sealed) == 16384, "%d bytes" % len(sealed))
    with ThreadPoolExecutor(16) as pool:
        for _ in range(64):
            said = set(pool.map(put, [sealed] * 128))
            check(said <= {200, 507}, said)
            if said == {507}:
                break
    check(said == {507}, said)

with test("a source whose text finds no room is told so and keeps it"):
    full = Source(team)
    full.newcomer()
    full.send("There was no room for this.")
    check(full.page.status == 507, full.page.status)
    check(NO_ROOM in full.page.text and "Nothing was sent." in full.page.text, full.page.text)
    check("There was no room for this.</textarea>" in full.page.text, full.page.text)
    again = full.page

with test("the same with a file keeps the text too"):
    other = Source(team)
    other.newcomer()
    other.send("Nor for this.", [("f.bin", DATA)])
    check(other.page.status == 507 and NO_ROOM in other.page.text, other.page.heading)
    check("Nor for this.</textarea>" in other.page.text, other.page.text)

with test("tell says that there is no room"):
    done = team.tell(team.new_phrase(), text="Nor for this of tell.", good=False)
    check(done.returncode == 1 and b"full" in done.stderr, done.stderr)

with test("a full line is read and answered, and what came before is whole"):
    team.sync()
    came = team.export()
    texts = [t for said, _ in came.values() for t in said]
    check("With a file for which there is no room." in texts, texts)
    check(not any("Nor for this" in t or "no room for this" in t for t in texts), texts)
    [handle] = [h for h, (said, files) in came.items() if "Before it was full." in said]
    check(SHA in came[handle][1].values(), came[handle])
    team.desk("reply", handle, input=b"We have read it.")
    check("We have read it." in early.read().text, early.page.heading)

with test("tell deletes on a full line, and says that the team could not be told"):
    done = team.tell(early.words, "--delete", good=False)
    check(done.returncode == 1 and b"is removed now" in done.stdout, done)
    check(b"could not be told" in done.stderr and b"full" in done.stderr, done.stderr)
    check(b"[]" == b"".join(team.tell(early.words, "--read", "--json").stdout.split()), "something is left")
    team.sync()
    check(not any(c["asks_deletion"] for c in team.desk_json("inbox")), "marked")

with test("with a larger quota the kept text is sent"):
    team.stop()
    with open(team.folder + "/settings") as f:
        settings = f.read()
    with open(team.folder + "/settings", "w") as f:
        f.write(re.sub(r"(?m)^quota .*", "quota %d" % (256 * MIB), settings))
    team.start()
    full.page = again
    # The ticket's key went with the process: the words in its place.
    body = multipart([("id", again.field("id")), ("door", again.field("door")), ("seen", "0"),
                      ("words", full.words), ("text", "There was no room for this.")])
    a = ask(team, "POST", "/send", b"".join(body), MULTIPART)
    check(a.status == 200 and a.heading() == "Sent", a.heading)

with test("and the same command tells the team of the deletion"):
    check(b"a message tells the team so" in team.tell(early.words, "--delete").stdout, "not told")
    team.sync()
    check([c["handle"] for c in team.desk_json("inbox") if c["asks_deletion"]] == [handle], "not marked")
finish()
