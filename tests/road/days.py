"""days: what midnights do, in simulated time (the released program has no such
clock): a letter committed after midnight, a front replaced in the middle of an
upload, a day closed and filled, and retention.
"""
from lib import *

DAY = 86400
team = Line(sim=True, settings="retention 5").start()
door = Source(team).start().field("door")
SIZE = 3 * MIB + 17
DATA = random.Random(5).randbytes(SIZE)
SHA = hashlib.sha256(DATA).hexdigest()
now = int(time.time())
to_midnight = DAY - now % DAY


def day(n, seconds=60):
    """`seconds` after the n-th midnight from now."""
    team.ahead(to_midnight + (n - 1) * DAY + seconds - (int(time.time()) - now))


def slow_upload(text, between):
    """Send half of a form, do something, send the rest."""
    body = b"".join(multipart([("id", os.urandom(16).hex()), ("door", door), ("seen", "0"),
                               ("words", team.new_phrase()), ("text", text)], [("f.bin", DATA)]))
    with connect(team) as c:
        c.sendall(head(team, "POST", "/send", len(body), MULTIPART) + body[:len(body) // 2])
        time.sleep(0.3)  # the kernel hands it on
        between()
        c.sendall(body[len(body) // 2:])
        answer = read_answer(c)
    check(answer.heading() == "Sent" and 'class="code"' in answer.text, answer.heading)


def shown():
    team.sync()
    return {t: set(f.values()) for texts, f in team.export().values() for t in texts}


with test("commit_after_midnight_is_shown"):
    day(1, -20)
    slow_upload("Over midnight.", lambda: day(1, 20))
    check(shown().get("Over midnight.") == {SHA}, "not shown whole")

with test("front_change_keeps_upload"):
    old = team.processes()["front"]

    def next_day():
        day(2, 7200)
        until("a new front", lambda: len(team.processes()["front"]) > 1
              and ask(team, "GET", "/").status == 200, 10)
        check(set(old) < set(team.processes()["front"]), "the old front has gone")
    slow_upload("Over a change of fronts.", next_day)
    until("the old front to end", lambda: not set(old) & set(team.processes()["front"]), 10)
    check(shown().get("Over a change of fronts.") == {SHA}, "not shown whole")

with test("a ticket of the hour before lives on over a change of fronts"):
    s = Source(team)
    s.newcomer()
    old = team.processes()["front"]
    os.kill(team.serve_process.pid, signal.SIGHUP)
    until("a new front", lambda: not set(old) & set(team.processes()["front"]), 10)
    check(s.send("With an old ticket.").heading() == "Sent", s.page.heading)
    check("With an old ticket." in shown(), "not shown")

with test("a day is closed, filled and read, and goes when it was kept long enough"):
    pool = team.folder + "/pool"

    def files():
        return sorted(f for root, _, names in os.walk(pool) for f in names)
    day(3, 7200)
    before = files()
    until("the day before to be closed", lambda: files() != before, 30, 0.2)
    words = team.new_phrase()
    team.tell(words, text="Of the third day.")
    check("Of the third day." in shown(), "not shown")
    handle = next(h for h, (texts, _) in team.export().items() if "Of the third day." in texts)
    team.desk("reply", handle, input=b"An answer of the third day.")
    for n in range(4, 9):
        day(n, 7200)
        team.sync()
        said = team.tell(words, "--read").stdout
        check((b"An answer" in said) == (n <= 8), "on day %d: %s" % (n, said))
    for n in range(9, 11):
        day(n, 7200)
        team.sync()
    until("retention", lambda: b"An answer" not in team.tell(words, "--read").stdout, 15)
finish()
