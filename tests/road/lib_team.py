"""lib_team: several desks of one team on one line; its clock moves."""
from lib import *

DAY = 86400


class Desk:
    """A desk's folder beside the team's; the first is the admin's who began."""

    def __init__(self, line, name, folder=None):
        self.line, self.name = line, name
        self.at = folder or os.path.join(T, name.replace(" ", "-"))
        self.dir = self.at + "/desk"

    def run(self, *args, **kw):
        return self.line.run("desk", self.dir, "--passphrase-file",
                             self.line.passphrase, *args, **kw)

    def json(self, *args):
        return json.loads(self.run(*args, "--json").stdout)

    def sync(self):
        return self.json("sync")

    def refused(self, *args, **kw):
        """What it says when it does not."""
        done = self.run(*args, good=False, **kw)
        check(done.returncode == 1, "%s: status %d" % (args, done.returncode))
        return done.stderr.decode()

    def handles(self):
        return sorted(c["handle"] for c in self.json("inbox"))

    def texts(self, handle):
        return [s["text"] for s in self.json("show", handle)["letters"]]

    def log(self):
        return [(e["hash"], e["type"], e.get("without-effect"))
                for e in self.json("log")]

    def reply(self, handle, text):
        self.run("reply", handle, input=text.encode())

    def id(self):
        return next(d["id"] for m in self.members()["members"]
                    for d in m["devices"] if d["this"])

    # the team's verbs

    def team(self, verb, *args, **kw):
        return self.line.run("team", verb, self.dir, *args,
                             "--passphrase-file", self.line.passphrase, **kw)

    def key(self, verb, *args, **kw):
        """A verb that wants the team key."""
        return self.team(verb, self.line.dir + "/team", *args, **kw)

    def members(self):
        return json.loads(self.team("members", "--json").stdout)

    def asks(self):
        return json.loads(self.line.run(
            "join", self.at, "--name", self.name, "--json",
            "--passphrase-file", self.line.passphrase).stdout)["code"]

    def welcome(self, by, *how):
        """`by` takes it in; `how` says as what."""
        file = self.at + "-welcome"
        code = json.loads(by.key(
            "add", self.at + "/join-request", *how, "--code", self.asks(),
            "--to", file, "--json").stdout)["code"]
        self.line.run("join", self.at, "--welcome", file, "--code", code,
                      "--passphrase-file", self.line.passphrase)
        return self


class Team(Line):
    """With its first desk, which knows where the line is."""

    def __init__(self, name="team", settings="", doors=()):
        super().__init__(name, sim=True, settings=settings, doors=doors)
        self.first = Desk(self, "first", self.dir)
        self.days = 0
        self.start()
        self.first.run("sync", "--line", self.url)

    def later(self, days):
        """Noon, so many days on, in one leap: over when the line has closed
        the day that was open."""
        self.days += days
        base = int(time.time()) // DAY
        self.ahead((base + self.days) * DAY + DAY // 2 - time.time())

        def turned():
            ask(self, "POST", "/v1/look", bytes(16))
            open_ = [f for f in os.listdir(self.folder + "/pool/days")
                     if not f.isdigit()]
            return all(str(base + self.days) in f for f in open_)
        until("midnight", turned, 60, 0.05)

    def source(self, text):
        words = self.new_phrase()
        self.tell(words, text=text)
        return words


def around(*desks, times=2):
    """Each syncs in turn, so often."""
    for _ in range(times):
        for d in desks:
            d.sync()


def alike(*desks):
    """What was shown is read, too; then all their logs are the same."""
    around(*desks)
    logs = [d.log() for d in desks]
    for d, l in zip(desks, logs):
        check(l == logs[0], lambda: "%s has another log than %s: %s" % (
            d.name, desks[0].name, sorted(set(l) ^ set(logs[0]))))
