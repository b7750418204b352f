"""team_line_key: the line's own key: an admin who leaves in anger cannot use what
they kept, the others go on, and a team whose admin is gone comes back."""
import base64

from lib_team import *

team = Team()
first = team.first
second = Desk(team, "Second admin").welcome(first, "--role", "admin")
night = Desk(team, "Night desk").welcome(first, "--role", "editor")
words = team.source("The first letter.")
around(first, second, night)
[handle] = first.handles()


def certificate(desk):
    return desk.members()["certificate"]


def offered():
    """What the line says of itself: certificate, key note, day."""
    return ask(team, "GET", "/v1/line").body


def parts(offer):
    return offer.split(b"\n--\n")


def facts(note):
    return json.loads(note.split(b"\n")[1])


with test("all begin with the certificate that init made"):
    for d, has in ((first, True), (second, True), (night, False)):
        c = certificate(d)
        check((c["serial"], c["line_key"], c["waits"]) == (1, has, False), c)

with test("an editor made an admin has the line's keys with the next sync"):
    first.key("role", "Night desk", "--role", "admin")
    check(not certificate(night)["line_key"], "before it ever synced")
    night.sync()
    c = certificate(night)
    check(c["line_key"] and c["serial"] == 1, c)
    alike(first, second, night)

with test("who is no admin any more loses them, and they open nothing"):
    before = offered()
    first.key("role", "Night desk", "--role", "editor")
    c = certificate(first)
    check(c["serial"] == 2 and c["line_key"], c)
    now = facts(parts(offered())[0])
    check(now["serial"] == 2 and now["key"] != facts(parts(before)[0])["key"], now)
    check(facts(parts(offered())[1])["purges"] !=
          facts(parts(before)[1])["purges"], "the purge key is as it was")
    around(second, night)
    check(certificate(second) == dict(c), certificate(second))
    check(certificate(night)["line_key"] is False and
          certificate(night)["serial"] == 2, certificate(night))
    alike(first, second, night)

# What an admin takes along, all of it: the folder, as it is.
shutil.copytree(first.at, T + "/kept")
kept = Desk(team, "kept", T + "/kept")
kept_offer = parts(offered())

with test("an admin leaves in anger: the line has another key in the same run"):
    said = second.key("leave", "first member").stdout
    check(b"Done. The others are given their new keys" in said and
          b"former line key" not in said, said)
    c = certificate(second)
    check(c["serial"] == 3 and c["line_key"] and not c["waits"], c)
    around(night, second)
    check(certificate(night)["serial"] == 3, certificate(night))


def secrets(desk):
    """What lies in a desk's key file, for whoever knows its passphrase."""
    return json.loads(team.run("open", "--passphrase-file", team.passphrase,
                               desk.dir + "/key").stdout)


def signed(name, seed, text):
    """A signed note of ours."""
    js = """const c = require("crypto"), [seed, text] = process.argv.slice(1);
const key = c.createPrivateKey({ format: "der", type: "pkcs8", key: Buffer.concat([
  Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed, "hex")]) });
const pub = c.createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
process.stdout.write(pub.toString("hex") + c.sign(null, require("fs").readFileSync(text), key).toString("hex"));"""
    file = T + "/to-sign"
    with open(file, "wb") as f:
        f.write(text)
    out = bytes.fromhex(subprocess.run(["node", "-e", js, seed, file],
                                       check=True, capture_output=True).stdout.decode())
    ident = hashlib.sha256(name.encode() + b"\n\x01" + out[:32]).digest()[:4]
    line = base64.b64encode(ident + out[32:]).decode()
    return text + ("\n\u2014 %s %s\n" % (name, line)).encode()


def note_of(kind, fields):
    return ("sotto/1 %s\n%s\n" % (kind, json.dumps(
        fields, separators=(",", ":"), ensure_ascii=False))).encode()


def now():
    with open(team.clock, "rb") as f:
        return time.time() + struct.unpack(">Q", f.read(8))[0]


def put(access, body):
    """PUT /v1/key-note with this access key; its status and word."""
    own = facts(parts(offered())[1])
    fields = {"method": "PUT", "path": "/v1/key-note",
              "body": hashlib.sha256(body).hexdigest(), "line": own["line"],
              "hour": int(now() // 3600)}
    head = base64.b64encode(signed("access", access, note_of("request", fields)))
    got = ask(team, "PUT", "/v1/key-note", body, "application/octet-stream",
              team.port + 1, more=("Sotto-Request: " + head.decode(),))
    return got.status, got.text.strip()


mine = facts(parts(offered())[1])
mine["serial"] += 100
theirs = signed("line", secrets(kept)["line-key"], note_of("key-note", mine))

with test("what they kept puts no key note on the line, with whatever certificate"):
    was = parts(offered())
    access = secrets(second)["access"]
    for why, body, is_ in (
            ("a note of the old key", theirs, (403, "refused")),
            ("its certificate before it", kept_offer[0] + b"\n--\n" + theirs,
             (409, "old")),
            ("today's certificate before it", was[0] + b"\n--\n" + theirs,
             (403, "refused"))):
        check(put(access, body) == is_, "%s: %s" % (why, put(access, body)))
    check(put(secrets(second)["access"], signed(
        "line", secrets(second)["line-key"], note_of("key-note", mine))) ==
        (200, "done"), "what is right is refused too, so that this proved nothing")

with test("with a server that works for them no desk takes it, and says why"):
    team.stop()
    paths = [team.folder + "/certificate", team.folder + "/key-note"]
    right = [open(p, "rb").read() for p in paths]
    mine["serial"] += 100
    theirs = signed("line", secrets(kept)["line-key"], note_of("key-note", mine))
    for p, bytes_ in zip(paths, (kept_offer[0] + b"\n", theirs)):
        with open(p, "wb") as f:
            f.write(bytes_)
    team.start()
    for d in (second, night):
        said = d.refused("sync")
        check("went back to a line key that the team has replaced" in said, said)
    team.stop()
    for p, bytes_ in zip(paths, right):
        with open(p, "wb") as f:
            f.write(bytes_)
    team.start()
    around(second, night)

with test("sources and the other desks go on as if nothing had been"):
    team.tell(words, text="After the first admin.")
    around(second, night)
    check("After the first admin." in night.texts(handle), night.texts(handle))
    night.reply(handle, "We are here.")
    alike(second, night)
    got = [m["text"] for m in
           json.loads(team.tell(words, "--read", "--json").stdout)]
    check("We are here." in got, got)

with test("a certificate that nears its end is said, and renewed before and after"):
    second.key("role", "Night desk", "--role", "admin")
    around(night, second)
    check("certificate ends" not in second.run("sync").stderr.decode(), "too early")
    team.later(1150)
    for d in (second, night):
        said = d.run("sync").stderr.decode()
        check("certificate ends in" in said and "sotto team renew" in said, said)
    said = night.key("renew").stdout
    check(b"Done." in said and certificate(night)["serial"] == 4, certificate(night))
    around(second, night)
    check(certificate(second) == certificate(night), certificate(second))
    check("certificate ends" not in second.run("sync").stderr.decode(), "still said")
    team.later(1210)
    said = second.refused("sync")
    check("has ended" in said and "sotto team renew" in said, said)
    check(team.tell(words, text="Too late.", good=False).returncode != 0, "told")
    second.key("renew")
    around(second, night, times=3)
    check(certificate(night)["serial"] == 5 and certificate(night)["line_key"],
          certificate(night))
    team.tell(words, text="The line is back.")
    alike(second, night)
    check("The line is back." in night.texts(handle), night.texts(handle))

with test("laptop and admin are gone: two sheets and the backup's team go on"):
    sheets = os.path.join(T, "sheets")
    team.run("team", "split", team.dir + "/team", "--to", sheets,
             "--passphrase-file", team.passphrase)
    shutil.rmtree(team.dir + "/team")
    shutil.rmtree(second.at)
    two = sorted(os.path.join(sheets, f) for f in os.listdir(sheets))[:2]
    team.run("team", "recover", "--to", team.dir + "/team", *two,
             "--new-passphrase-file", team.passphrase)
    night.key("leave", "Second admin")
    check(certificate(night)["serial"] == 6 and certificate(night)["line_key"],
          certificate(night))
    front = Desk(team, "Front").welcome(night, "--role", "admin")
    around(front, night)
    check(certificate(front)["line_key"], certificate(front))
    front.key("renew")
    around(night, front)
    check(certificate(night) == certificate(front) and
          certificate(front)["serial"] == 7, certificate(front))
    team.tell(words, text="Three sheets, two admins, one line.")
    alike(front, night)
    check("Three sheets, two admins, one line." in front.texts(handle),
          front.texts(handle))

with test("an admin who is there still puts keys of their own on the line: the one "
          "who strikes them off puts it right in the same run"):
    foreign = facts(parts(offered())[1])
    foreign["serial"] += 1
    foreign["doors"][0]["recipients"].reverse()
    body = signed("line", secrets(night)["line-key"], note_of("key-note", foreign))
    check(put(secrets(night)["access"], body) == (200, "done"), "refused")
    check("key that is not this team's" in front.refused("sync"), "taken")
    said = front.key("leave", "Night desk").stdout
    check(b"Done. The others are given their new keys" in said, said)
    c = certificate(front)
    check(c["serial"] == 8 and c["line_key"] and not c["waits"], c)
    front.sync()
    team.tell(words, text="Nobody else reads this.")
    front.sync()
    check("Nobody else reads this." in front.texts(handle), front.texts(handle))
    night.refused("sync")

finish()
