"""retention: replies_found_after_retention, from desk to source, in simulated
time.  Whenever the source reads, with `tell` and on the pages, exactly the
answers that still live are shown, each once, in the order in which they were
given: none that is older than the line keeps, none that was deleted.  In
between the desk destroys the conversation, the source has everything removed,
and the day keys run out.  The plan is written down for 66 days, of which 30
are kept, and 10 answers; LONG=1 draws one of 18 months with 200 answers, at a
line that keeps 90 days (SEED=n draws another).
"""
from lib import *

DAY = 86400
KEPT = 90 if LONG else 30
SHORT = {
    0: "write sync answer answer",
    3: "destroy write sync answer answer read",  # what was destroyed is still read
    29: "answer answer answer",
    30: "read",  # the last day of the first two; the page has no room for all seven
    31: "read",
    34: "read erase read answer answer read",
    60: "read",  # the keys have run out: no letter is taken, but all is read
    61: "sync write sync answer read",
    64: "read",
    65: "read",
}
SEED = int(os.environ.get("SEED", "1"))


def drawn(days=549, answers=200):
    """Answers in bunches with two long silences; the source reads every few
    days, and on the last day and the day after of some, but is away for 140."""
    rng, plan = random.Random(SEED), {0: ["write", "sync"]}

    def on(day, *acts):
        if day < days:
            plan.setdefault(day, []).extend(acts)

    given = []
    while len(given) < answers:
        day = rng.randrange(days)
        if 100 <= day < 145 or 300 <= day < 372:
            continue
        some = min(rng.choice((1, 1, 1, 2, 3, 5)), answers - len(given),
                   9 - given.count(day))
        given += [day] * some
        on(day, *["answer"] * some)
    for day in range(0, days, 14):
        if not 300 <= day < 372:
            on(day, "sync")
    for day in [d for d in range(5, days, 12)] + [
            d + KEPT + late for d in rng.sample(given, 12) for late in (0, 1)]:
        if not 150 <= day < 290:
            on(day, "read")
    for day in (61, 75, 400, 420, 421):
        on(day, "read", "erase", "answer", "read")
    for day in (95, 374, 480):
        on(day, "sync", "destroy", "write", "sync", "answer", "read")
    on(days - 1, "read")
    return {day: " ".join(acts) for day, acts in plan.items()}


class Given:
    def __init__(self, day, text):
        self.day, self.text, self.erased = day, text, False


team = Line(sim=True, settings="retention %d" % KEPT).start()
words = team.new_phrase()
given, reads = [], [0]
first, today = int(time.time()) // DAY + 1, -1  # to-day is the day before the first


def days_kept():
    return os.listdir(team.folder + "/pool/days")


def go_to(day):
    """To noon of the n-th day, one midnight after the other; each is over when
    the day before is closed and what was kept long enough is gone."""
    global today
    while today < day:
        today += 1
        team.ahead((first + today) * DAY + DAY // 2 - time.time())

        def turned():
            check(ask(team, "POST", "/v1/look", bytes(16)).status == 200, "no answer")
            have = days_kept()
            closed = [int(f) for f in have if f.isdigit()]
            return (str(first + today - 1) in have and len(closed) == len(have) - 1
                    and min(closed) >= first + today - KEPT)
        until("midnight %d" % today, turned, 60, 0.01)


def living():
    return [g.text for g in given if not g.erased and g.day + KEPT >= today]


def by_tell():
    said = team.tell(words, "--read", "--all", "--json").stdout
    got = json.loads(said)
    for m in got:
        day = time.strftime("%Y-%m-%d", time.gmtime((first + next(
            g.day for g in given if g.text == m["text"])) * DAY))
        check(m["day"] == day, "%s is of %s" % (m, day))
    return [m["text"] for m in got]


def by_pages():
    """Page after page, as the buttons lead; the newest stands first."""
    got, source = [], Source(team, words)
    page = source.read()
    for _ in range(2 + len(given) // 6):  # or a button leads nowhere
        got += re.findall(r'<div class="own"[^>]*>(.*?)</div>', page.text, re.S)
        older = re.search(r'name="from" value="(\d+)"><button[^>]*>Older messages', page.text)
        if not older:
            check(page.status == 200, page.heading)
            return got[::-1]
        page = post(team, "/read", ticket=page.field("ticket"), **{"from": older.group(1)})
    raise Wrong("the pages have no end")


def read():
    want = living()
    for how in (by_tell, by_pages):
        got = how()
        check(got == want, "%s: shown %s, there should be %s" % (
            how.__name__, got, want))
    reads[0] += 1


def write():
    team.tell(words, text="A message of day %d." % today)


def answer():
    text = "Answer %d, of day %d." % (len(given) + 1, today)
    team.desk("reply", team.desk_handle, input=text.encode())
    given.append(Given(today, text))


def erase():
    team.tell(words, "--delete")
    for g in given:
        g.erased = True


def sync():
    team.sync()
    if not hasattr(team, "desk_handle"):
        team.desk_handle = team.desk_json("inbox")[0]["handle"]


def destroy():
    team.desk("delete", team.desk_handle)


ACTS = {f.__name__: f for f in (write, sync, answer, read, erase, destroy)}

with test("replies_found_after_retention"):
    plan = drawn() if LONG else SHORT
    for day in sorted(plan):
        go_to(day)
        for act in plan[day].split():
            try:
                ACTS[act]()
            except Wrong as e:
                raise Wrong("day %d, %s: %s" % (day, act, e))
    check(len(given) >= (200 if LONG else 10) and reads[0] >= 10, "too little was tried")
    check(any(g.day + KEPT < today and not g.erased for g in given), "nothing grew old")
finish()
