"""nothing: after every kind of request no process of the line holds a word of
letter, file, phrase or handle any more; nor does the line's folder, nor the
desk's.  Connections stay open all the while, as those of browsers do.

Reads the memory of other processes: as root, or through `sudo -n`.
"""
import ctypes
import ctypes.util

import lib
from lib import *

if os.geteuid() != 0:
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        os.execvp("sudo", ["sudo", "-n", "-E", sys.executable, *sys.argv])
    print("not ok memory of processes can be read: run as root or let sudo -n work")
    sys.exit(1)

sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
sodium.sodium_init()
WORDLIST = open("lang/words/english.txt").read().split()


def hkdf(key, info):
    import hmac
    prk = hmac.digest(bytes(32), key, "sha256")
    return hmac.digest(prk, info + b"\1", "sha256")


def bits_of(words):
    n = 0
    for w in words.split():
        n = n << 11 | WORDLIST.index(w)
    return (n << 5).to_bytes(13, "big")


def handle_of(sign):
    pub, sk = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
    sodium.crypto_sign_seed_keypair(pub, sk, sign)
    n = int.from_bytes(hashlib.sha256(b"sotto/1 handle" + pub.raw).digest(), "big") >> (256 - 33)
    return "-".join(WORDLIST[n >> s & 2047] for s in (22, 11, 0))


class Needles:
    """What must not be found: bytes under a name for people."""

    def __init__(self, line):
        self.all = {}
        settings = open(line.folder + "/settings").read()
        self.line_id = bytes.fromhex(re.search(r"^line ([0-9a-f]{32})$", settings, re.M).group(1))

    def add(self, name, value):
        self.all[name] = value if isinstance(value, bytes) else value.encode()

    def words(self, who, words):
        """The phrase as it is typed, sent, shown and used."""
        w = words.split()
        for i in (0, 3, 7):
            for sep in (" ", "+", "\0", "\n", "</li>\n<li>"):
                pair = w[i] + sep + w[i + 1]
                self.add("%s: words %d and %d" % (who, i + 1, i + 2) + repr(sep), pair)
            self.add("%s: WORDS %d and %d" % (who, i + 1, i + 2), pair.upper())
        phrase = bits_of(words)
        self.add(who + ": canonical phrase", phrase)
        root = ctypes.create_string_buffer(32)
        check(sodium.crypto_pwhash(root, 32, phrase, ctypes.c_ulonglong(13), self.line_id,
                                   ctypes.c_ulonglong(2), ctypes.c_size_t(19456 << 10), 2) == 0,
              "no Argon2id")
        self.add(who + ": root", root.raw)
        for label in ("sign", "reply", "k"):
            self.add("%s: %s" % (who, label), hkdf(root.raw, b"sotto/1 " + label.encode()))
        day = int(time.time() // 86400)
        for d in (day, day + 1):
            for slot in range(2):
                self.add("%s: opening of slot %d" % (who, slot),
                         hkdf(root.raw, b"sotto/1 from" + struct.pack(">II", d, slot)))
        handle = handle_of(self.all[who + ": sign"])
        self.add(who + ": handle", handle)
        return handle


def writable(pid):
    """The mappings that a process can have written to."""
    with open("/proc/%d/maps" % pid) as f:
        for l in f:
            span, mode, _, _, inode, *path = l.split()
            if path and path[0] in ("[vvar]", "[vsyscall]", "[vdso]"):
                continue
            if inode != "0" and mode[1] != "w" and mode[3] == "p" and ".so" in (path or [""])[0]:
                continue
            yield tuple(int(x, 16) for x in span.split("-")), (path or ["anonymous"])[0]


def search_process(pid, needles):
    found = []
    with open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for (begin, end), path in writable(pid):
            at = begin
            while at < end:
                try:
                    mem.seek(at)
                    piece = mem.read(min(end - at, 64 * MIB))
                except OSError:
                    break
                if not piece:
                    break
                for name, needle in needles.items() if piece.strip(b"\0") else ():
                    if needle in piece:
                        where = piece.find(needle)
                        found.append("%s at %x of %s: %r" % (name, at + where, path,
                                     piece[max(0, where - 40):where + len(needle) + 40]))
                at += len(piece)
    return found


def search_line(line, needles):
    found = []
    for role, pids in line.processes().items():
        for pid in pids:
            found += ["%s: %s" % (role, f) for f in search_process(pid, needles)]
    return found


def search_folder(path, needles):
    found = []
    for root, _, names in os.walk(path):
        for name in names:
            data = open(os.path.join(root, name), "rb").read() + name.encode()
            found += ["%s in %s" % (n, name) for n, needle in needles.items() if needle in data]
    return found


def gone(line, needles, seconds=1.5):
    """Nothing is found any more, at the latest when the line was idle so long."""
    end = time.monotonic() + seconds
    while True:
        found = search_line(line, needles.all)
        if not found:
            return
        if time.monotonic() > end:
            raise Wrong("still there:\n  " + "\n  ".join(found[:12]))
        time.sleep(0.1)


CANARY = {
    "text": "Quokka-Zinnober \u20ac\u05d0\u4e2d",
    "text2": "Xylophon-Jaguar \u00e9\u0431\u6587",
    "reply": "Walross-Pfirsich \u00fc\u0436\u8a9e",
    "own": "Kolibri-Vulkan \u00f8\u0437\u5b57",
    "cut": "Mandrill-Basalt \u00e5\u0434\u6f22",
    "tell": "Narwal-Graphit \u00e6\u0431\u5b57",
}
FILE = b"Okapi~Feldspat~7391~"  # all through every file
FILE_NAME = "Gepard-Turmalin \u00df.pdf"


def canary_file(size):
    return (FILE * (size // len(FILE) + 1))[:size]


team = Line().start()
needles = Needles(team)
for k, v in CANARY.items():
    needles.add("text: " + k, v)
needles.add("file", FILE)
needles.add("file name", FILE_NAME)
needles.add("file name, spelled out", urllib.parse.quote(FILE_NAME.split()[0]))
lib.KEPT = []
source, found = Source(team), {}


def leaves_nothing(sentence):
    """The steps of the with-block leave nothing behind."""
    @contextlib.contextmanager
    def both():
        with test(sentence + " leaves nothing in any process"):
            yield
            gone(team, needles)
    return both()


def newcomer():
    s = Source(team)
    s.new()
    found[s] = needles.words("words%d" % len(found), s.words)
    s.check()
    s.write_checked()
    needles.add("ticket%d" % len(found), s.ticket)
    return s


with test("a search finds what a request that is held open has brought"):
    held = Source(team)
    held.newcomer()
    body = multipart(held.form("Held: " + CANARY["text"]))
    s = connect(team)
    s.sendall(head(team, "POST", "/send", len(b"".join(body)), MULTIPART) + b"".join(body[:-1])[:-2])
    until("the text", lambda: any("front: text: text" in f for f in search_line(team, needles.all)), 5)
    w = {}
    control = Needles(team)
    control.words("held", held.words)
    control.add("ticket", held.ticket)
    names = " ".join(search_line(team, control.all))
    check("ticket" in names, "the ticket was not found: " + names)
    s.close()

with leaves_nothing("a request that was cut within the text"):
    pass

with leaves_nothing("the start page"):
    source.start()

with leaves_nothing("making words"):
    source.new()
    needles.words("source", source.words)
    needles.add("source: ticket", source.ticket)

with leaves_nothing("asking three words back"):
    source.check()

with leaves_nothing("three words, one of them wrong"):
    w = source.words.split()
    post(team, "/write", ticket=source.ticket, places=source.places,
         w1=w[int(source.places[0]) - 1], w2="abandon", w3="zoo")

with leaves_nothing("three words"):
    source.write_checked()

with leaves_nothing("a text"):
    written = source.page
    check(source.send(CANARY["text"] + " and more words.").heading() == "Sent", source.page.heading)

with leaves_nothing("the same text once more"):
    source.page = written  # back, and the same button again
    check(source.send(CANARY["text"] + " and more words.").status == 200, source.page.heading)

with leaves_nothing("a long text"):
    long = newcomer()
    check(long.send((CANARY["text"] + " ") * 3000).heading() == "Sent", long.page.heading)

with leaves_nothing("a text that is too long"):
    long.write()
    check(long.send((CANARY["text"] + " ") * 9000).status != 200, long.page.heading)

with leaves_nothing("a text with files and a kept copy"):
    other = newcomer()
    check(other.send(CANARY["text2"], [(FILE_NAME, canary_file(3 * MIB)), ("b.txt", canary_file(1000))],
                     keep="yes").heading() == "Sent", other.page.heading)

with leaves_nothing("an upload cut within a file"):
    cut = newcomer()
    body = b"".join(multipart(cut.form(CANARY["cut"]), [(FILE_NAME, canary_file(3 * MIB))]))
    s = connect(team)
    s.sendall(head(team, "POST", "/send", len(body), MULTIPART) + body[:2 * MIB])
    until("the file to come", lambda: any(": file at" in f for f in search_line(team, needles.all)), 5)
    s.close()

with leaves_nothing("a form that is none of ours"):
    bad = newcomer()
    ask(team, "POST", "/send", b"".join(multipart(bad.form(CANARY["cut"]) + [("unheard", "of")])), MULTIPART)
    ask(team, "POST", "/send", b"".join(multipart(bad.form(CANARY["cut"])))[:-4], MULTIPART)
    post(team, "/read", words=bad.words, nonsense=CANARY["cut"])
    ask(team, "POST", "/read", ("words=" + bad.words + "&words=" + bad.words).encode(), URLENCODED)

with leaves_nothing("mistyped words"):
    w = source.words.split()
    source.read(words=" ".join(w[:4] + [w[4] + "qq"] + w[5:]))
    source.read(words=" ".join(w[:8]))

with leaves_nothing("unknown words"):
    unknown = team.new_phrase()
    needles.words("unknown", unknown)
    check(source.read(words=unknown).heading().startswith("No messages"), source.page.heading)

with leaves_nothing("a letter of tell"):
    told = team.new_phrase()
    told_handle = needles.words("tell", told)
    with open(os.path.join(T, FILE_NAME), "wb") as f:
        f.write(canary_file(2 * MIB))
    team.tell(told, "--attach", os.path.join(T, FILE_NAME), text=CANARY["tell"])

with leaves_nothing("a desk that fetches and answers"):
    team.sync()
    inbox = team.desk_json("inbox")
    check(len(inbox) >= 4, "%d conversations" % len(inbox))
    for handle in (found[other], told_handle):
        team.desk("reply", handle, "--attach", os.path.join(T, FILE_NAME),
                  input=(CANARY["reply"] + " one").encode())
    for i in range(6):
        team.desk("reply", found[other], input=(CANARY["reply"] + " %d" % i).encode())

with leaves_nothing("right words"):
    other.read()
    check(CANARY["reply"] in other.page.text, other.page.heading)
    check(found[other] in other.page.text, "the handle is another")
    needles.add("other: ticket", other.ticket)

with leaves_nothing("right words in capitals, four letters each"):
    four = " ".join(x[:4].upper() for x in other.words.split())
    for a, b in zip(four.split(), four.split()[1:]):
        needles.add("four letters " + a + b, a + " " + b)
        needles.add("four letters + " + a + b, a + "+" + b)
    check(CANARY["reply"] in other.read(words=four).text, other.page.heading)

with leaves_nothing("older letters"):
    older = post(team, "/read", ticket=other.ticket, **{"from": "6"})
    check(CANARY["reply"] in older.text, older.heading)

with leaves_nothing("a file fetched by its source"):
    form = re.search(r'action="/file".*?name="tag" value="([0-9a-f]{32})".*?name="file" value="(\d+)"',
                     older.text, re.S)
    got = post(team, "/file", ticket=other.ticket, tag=form.group(1), file=form.group(2))
    check(got.body == canary_file(2 * MIB), "the file is another")

with leaves_nothing("a dead ticket"):
    dead = source.ticket[:8] + ("B" if source.ticket[8] == "A" else "A") + source.ticket[9:]
    post(team, "/read", ticket=dead)
    source.ticket, alive_ticket = dead, source.ticket
    source.page = other.write()
    a = source.send(CANARY["cut"])
    check(a.status != 200 and CANARY["cut"] in a.text, "%d %s" % (a.status, a.heading()))
    source.ticket = alive_ticket

with leaves_nothing("a wrong Host, a foreign site, a chunked body"):
    body = urllib.parse.urlencode({"words": other.words}).encode()
    check(ask(team, "POST", "/read", body, URLENCODED, host="example.org").status == 421, "no 421")
    check(ask(team, "POST", "/read", body, URLENCODED, more=("Sec-Fetch-Site: cross-site",)).status == 403,
          "no 403")
    s = connect(team)
    s.sendall(head(team, "POST", "/read", None, URLENCODED, more=("Transfer-Encoding: chunked",)) +
              b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    check(read_answer(s).status >= 400, "chunked was taken")

with leaves_nothing("tell that reads"):
    team.tell(told, "--read", "--to", os.path.join(T, "told"))
    check(open(os.path.join(T, "told", FILE_NAME), "rb").read() == canary_file(2 * MIB), "another file")

with test("no process keeps an envelope that it gave"):
    sealed = Needles(team)
    for root, _, names in os.walk(team.folder + "/pool/days"):
        for name in names:
            data = open(os.path.join(root, name), "rb").read()
            for at in range(8000, len(data), 16384 if name.endswith(".letters") else 65536):
                sealed.add("%s at %d" % (name, at), data[at:at + 32])
    check(len(sealed.all) > 100, "only %d envelopes" % len(sealed.all))
    other.read()
    post(team, "/file", ticket=other.ticket, tag=form.group(1), file=form.group(2))
    shutil.rmtree(os.path.join(T, "told"))
    team.tell(told, "--read", "--to", os.path.join(T, "told"))
    team.sync()
    gone(team, sealed)

with leaves_nothing("tell that deletes"):
    team.tell(told, "--delete")

with leaves_nothing("deleting on a page"):
    post(team, "/delete", ticket=other.ticket)
    check("emoved" in post(team, "/delete", ticket=other.ticket, sure="yes").text, "not removed")

for s in lib.KEPT:
    s.close()
with leaves_nothing("the end of all connections"):
    pass

with test("the line's folder holds no word of letter, file, phrase or handle"):
    needles.add("passphrase", PASSPHRASE)
    got = search_folder(team.folder, needles.all)
    check(not got, "\n".join(got))

with test("the desk's folder holds no word of letter, file, phrase, handle or passphrase"):
    got = search_folder(team.dir + "/desk", needles.all)
    check(not got, "\n".join(got))

with test("the team's folder holds no passphrase"):
    got = search_folder(team.dir + "/team", needles.all)
    check(not got, "\n".join(got))
finish()
