"""killed: kill -9 of every process of a line at every stage of an upload, with
a browser and with tell.  What was acknowledged is there and whole, what was not
leaves nothing to be seen, and the line answers again.
"""
from lib import *

BACK = 5  # seconds until the line answers again
team = Line(settings="quota 20000000000").start()
FILE, SIZE = os.path.join(T, "video \u00e4.bin"), 4 * MIB + 4711
SHA = random_file(FILE, SIZE)
DATA = open(FILE, "rb").read()
door = Source(team).start().field("door")
acknowledged, never = {}, []  # text: SHA-256 of its files; texts


def back():
    until("the line to answer again", team.answers, BACK)


def stages(body):
    """Where a browser's body is cut: how many bytes were sent."""
    text = body.index(b'name="text"')
    file = body.index(b'filename="')
    return {"before anything was sent": 0, "within the head": 60, "within the text": text + 20,
            "within the first part": file + 300000,
            "within a later part": file + 3 * MIB,
            "before the last byte": len(body) - 1}


def form(words, text, files):
    """A form with words in the place of a ticket, as a dead ticket leads to."""
    return b"".join(multipart([("id", os.urandom(16).hex()), ("door", door), ("seen", "0"),
                               ("words", words), ("text", text)], files))


def take(text, answer):
    """A page that says "Sent" is a promise: of the text, and of the files that
    it gives a check code for.  What was promised before stays promised."""
    sent = answer is not None and answer.heading() == "Sent"
    if sent:
        shas = {SHA} if 'class="code"' in answer.text else set()
        acknowledged[text] = acknowledged.get(text, set()) | shas
    return sent and text in acknowledged and SHA in acknowledged[text]


def browser_killed(role, stage):
    """Kill while a browser sends; then the same form again, until the page says
    that all has arrived."""
    text = "Browser, %s, %s." % (role, stage)
    body = form(team.new_phrase(), text, [("video.bin", DATA)])
    request = head(team, "POST", "/send", len(body), MULTIPART) + body
    cut = stages(request)[stage]
    answer = None
    c = connect(team)
    try:
        c.sendall(request[:cut])
        team.kill(role)
        c.sendall(request[cut:])
        answer = read_answer(c)
    except (OSError, Cut):
        pass
    c.close()
    until("the form to be taken", lambda: take(text, answer) or take(
        text, ask(team, "POST", "/send", body, MULTIPART)), BACK)


def tell_killed(role, after):
    """Kill so many seconds after tell began; the same command goes on."""
    words = team.new_phrase()
    text = "Tell, %s, %.2f." % (role, after)
    p = subprocess.Popen([SOTTO, "tell", team.address, "--phrase-file", team.phrase_file(words),
                          "--attach", FILE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, env=team.env)
    p.stdin.write(text.encode())
    p.stdin.close()
    time.sleep(after)
    team.kill(role)
    p.stdout.read()
    sent = p.wait(60) == 0
    back()
    if not sent:
        team.tell(words, "--attach", FILE, text=text)
    acknowledged[text] = {SHA}


def touches(role):
    """Those that an upload goes through; the others need fewer tries."""
    return LONG or role in ("front", "keeper", "warden")


for role in ROLES + ("warden",):
    with test("a browser's upload survives a killed %s at every stage" % role):
        for stage in list(stages(form("", "", [("", b"")])))[::1 if touches(role) else 4]:
            browser_killed(role, stage)

for role in ROLES + ("warden",):
    with test("an upload of tell survives a killed %s at any time" % role):
        for after in (0.03, 0.1, 0.2) if touches(role) else (0.1,):
            tell_killed(role, after)

for role in ROLES + ("warden",):
    with test("what was sent is there though the %s is killed right after" % role):
        text = "Right after, browser, %s." % role
        check(take(text, ask(team, "POST", "/send", form(team.new_phrase(), text, [("video.bin", DATA)]),
                             MULTIPART)), "it was not taken")
        team.kill(role)
        back()
        text = "Right after, tell, %s." % role
        team.tell(team.new_phrase(), "--attach", FILE, text=text)
        team.kill(role)
        acknowledged[text] = {SHA}
        back()

with test("what was cut in the text leaves nothing, what was cut in a file leaves the text"):
    for text, cut in (("Cut in the text.", "within the text"), ("Cut in the file.", "within a later part")):
        body = form(team.new_phrase(), text, [("video.bin", DATA)])
        with connect(team) as c:
            c.sendall(head(team, "POST", "/send", len(body), MULTIPART) + body[:stages(body)[cut]])
    acknowledged["Cut in the file."] = set()
    never.append("Cut in the text.")

with test("all that was acknowledged is there, whole and once; nothing else is"):
    shown = {}

    def fetched():
        team.sync()
        return len(team.desk_json("inbox")) >= len(acknowledged)
    until("the last letter", fetched, 30)
    for texts, files in team.export().values():
        check(len(texts) == 1, "a conversation has %s" % texts)
        check(texts[0] not in shown, "twice: " + texts[0])
        shown[texts[0]] = set(files.values())
    for text, shas in acknowledged.items():
        check(text in shown, "lost: " + text)
        check(shown[text] == shas, "%s has %s" % (text, shown[text]))
    for text in shown:
        check(text in acknowledged and text not in never, "nobody acknowledged: " + text)
finish()
