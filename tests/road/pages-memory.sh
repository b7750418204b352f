# After every kind of request of a source's pages, failed ones too, no process of
# the line has a word, a name, a phrase or a ticket in its memory.
. tests/cli/lib.sh
[ "$(id -u)" = 0 ] || { echo "ok the memory of others is read by root alone: left out"; exit 0; }

test_is "a line runs"
echo "correct horse battery staple" >"$T/pw"
"$sotto" init "$T/a" --name "Harbour Watch" --passphrase-file "$T/pw" >/dev/null
port=$(free_port)
in_background "$sotto" serve "$T/a/line" --listen "127.0.0.1:$port" >"$T/said"
until_true 20 curl -sf -o /dev/null "http://127.0.0.1:$port/style.css"

test_is "nothing of what a source's pages were sent stays in memory"
python3 - "$port" "$started" <<'P' || fail "something stays"
import http.client, re, subprocess, sys, time, urllib.parse
port, warden = int(sys.argv[1]), sys.argv[2]
def ask(path, body, kind="application/x-www-form-urlencoded"):
    c = http.client.HTTPConnection("127.0.0.1", port)
    c.request("POST", path, body, {"Content-Type": kind})
    r = c.getresponse(); page = r.read().decode("utf8", "replace"); c.close()
    return r.status, page
def post(path, **fields): return ask(path, urllib.parse.urlencode(fields))
def field(page, name): return re.search('name="%s" value="([^"]*)"' % name, page).group(1)
def form(fields, name, file, cut=0):
    o = b"".join(b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), v.encode()) for n, v in fields)
    o += b'--x\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n%s\r\n--x--\r\n' % (name.encode(), file)
    return o[:len(o) - cut]
page = post("/new")[1]
words = re.findall("<li>([a-z]+)</li>", page)[:9]
first = field(page, "ticket")
post("/check", ticket=first)
post("/write", ticket=first, places="147", w1=words[0], w2="quibblewort", w3=words[6])
page = post("/write", ticket=first)[1]
sent = [("id", field(page, "id")), ("ticket", first), ("text", "zebrafinch sentence"), ("name", "quillfeather"), ("keep", "yes")]
for cut in (0, 300):
    ask("/send", form(sent, "xylophonic.txt", b"marmaladefile " * 5000, cut), "multipart/form-data; boundary=x")
dead = [(n, v[:40] + ("B" if v[40] == "A" else "A") + v[41:] if n == "ticket" else v) for n, v in sent]
assert ask("/send", form(dead, "xylophonic.txt", b"marmaladefile"), "multipart/form-data; boundary=x")[0] == 403
status, page = post("/read", words=" ".join(words))
assert status == 200 and "zebrafinch" in page
again = field(page, "ticket")
assert post("/read", words=" ".join(words[:8] + ["zzgarble"]))[0] == 400
post("/delete", ticket=again, sure="yes")
time.sleep(1)
needles = [" ".join(words[:2]), "+".join(words[:2]), "zebrafinch", "quillfeather", "xylophonic", "marmaladefile", "zzgarble", "quibblewort", first[8:], again[8:]]
control = found = 0
for line in subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True).stdout.splitlines():
    pid, parent = line.split()[:2]
    if warden not in (pid, parent): continue
    for r in open("/proc/%s/maps" % pid):
        a, b = (int(x, 16) for x in r.split()[0].split("-"))
        if "r" not in r.split()[1]: continue
        try:
            with open("/proc/%s/mem" % pid, "rb", 0) as m:
                m.seek(a); d = m.read(b - a)
        except (OSError, ValueError, OverflowError): continue
        control += d.count(b"Harbour Watch")
        for n in needles:
            if n.encode() in d: found += 1; print(line, r, n, file=sys.stderr)
assert control > 0, "memory could not be read"
sys.exit(found > 0)
P
test_end
