// Others judge the age format: the vectors of C2SP (npm cctv-age), Debian's
// age, and npm age-encryption, each in both directions where it can.
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inflateSync } from "node:zlib";
import * as age from "age-encryption";
import * as vectors from "cctv-age";

const cctv = vectors.default ?? vectors;
const sotto = resolve(process.env.B ?? "build/cc", "sotto");
const dir = mkdtempSync(join(tmpdir(), "sotto-age."));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));

let failed = 0;
function ok(sentence, good, why = "") {
	console.log(`${good ? "ok" : "not ok"} ${sentence}`);
	if (!good) {
		failed++;
		console.error(`${sentence}: ${why}`);
	}
}

function file(name, bytes) {
	const path = join(dir, name);
	writeFileSync(path, bytes, { mode: 0o600 });
	return path;
}

function run(program, args, input) {
	const r = spawnSync(program, args, {
		input,
		maxBuffer: 1 << 28,
		env: { ...process.env, AGE_PASSPHRASE: "" },
	});
	return { status: r.status, out: r.stdout, err: r.stderr.toString() };
}

function must(program, args, input) {
	const r = run(program, args, input);
	if (r.status !== 0)
		throw new Error(`${program} ${args[0]} ended with ${r.status}: ${r.err}`);
	return r.out;
}

const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const sha256 = (b) => createHash("sha256").update(b).digest("hex");

// What each kind of failure must be called, so that one does not hide another.
const reasons = {
	"no match": /no key at hand|passphrase is wrong/,
	"HMAC failure": /signature or seal is broken/,
	"payload failure": /signature or seal|cut short|expected form/,
	"header failure": /expected form|version|larger than allowed|cut short/,
	"armor failure": /expected form|cut short/,
};

function vector(name) {
	const raw = Buffer.from(cctv[name]);
	const cut = raw.indexOf("\n\n");
	const fields = {};
	for (const line of raw.subarray(0, cut).toString().split("\n")) {
		const at = line.indexOf(": ");
		(fields[line.slice(0, at)] ??= []).push(line.slice(at + 2));
	}
	const body = raw.subarray(cut + 2);
	return { fields, body: fields.compressed ? inflateSync(body) : body };
}

const spare = file("spare", must(sotto, ["seal", "--keygen"]));

function judge(name) {
	const { fields, body } = vector(name);
	const expect = fields.expect[0];
	const args = ["open"];
	if (fields.passphrase)
		args.push("--passphrase-file", file("words", fields.passphrase[0] + "\n"));
	else
		args.push("-i", fields.identity ? file("keys", fields.identity.join("\n") + "\n") : spare);
	const r = run(sotto, args, body);
	const word = `the vector ${name} ends as it should (${expect})`;
	if (expect === "success")
		return ok(word, r.status === 0 && sha256(r.out) === fields.payload[0], r.err);
	if (r.status !== 1 || !reasons[expect].test(r.err))
		return ok(word, false, `${r.status} ${r.err}`);
	// What was released is what might be: not a byte more or less.
	const released = fields.payload ? fields.payload[0] : sha256("");
	ok(word, sha256(r.out) === released, `released ${r.out.length} bytes`);
}

const names = Object.keys(cctv).filter((n) => cctv[n] instanceof Uint8Array);
ok("there are as many vectors as there were", names.length >= 142, names.length);
for (const name of names)
	judge(name);

const big = randomBytes(5_000_000);
const sizes = [0, 1, 65535, 65536, 65537, 131072, big.length];

// A key of each kind from each maker.
const mine = {};
for (const kind of ["x25519", "hybrid"]) {
	const key = must(sotto, ["seal", "--keygen", ...(kind === "hybrid" ? ["--hybrid"] : [])]).toString();
	mine[kind] = {
		path: file(`mine-${kind}`, key),
		identity: key.split("\n")[1],
		recipient: key.split("\n")[0].replace("# recipient: ", ""),
	};
}
const debianKey = must("age-keygen", []).toString();
const debian = {
	path: file("debian", debianKey),
	recipient: /public key: (age1\S+)/.exec(debianKey)[1],
};

for (const armor of [[], ["-a"]]) {
	const how = armor.length ? "armored" : "binary";
	let good = true;
	for (const n of sizes) {
		const plain = big.subarray(0, n);
		const to = must(sotto, ["seal", ...armor, "-r", debian.recipient, "-r", mine.x25519.recipient], plain);
		good &&= same(must("age", ["-d", "-i", debian.path], to), plain);
		good &&= same(must("age", ["-d", "-i", mine.x25519.path], to), plain);
	}
	ok(`what sotto seals, Debian's age opens (${how})`, good);
	good = true;
	for (const n of sizes) {
		const plain = big.subarray(0, n);
		const to = must("age", [...armor, "-r", debian.recipient, "-r", mine.x25519.recipient], plain);
		good &&= same(must(sotto, ["open", "-i", debian.path], to), plain);
		good &&= same(must(sotto, ["open", "-i", mine.x25519.path], to), plain);
	}
	ok(`what Debian's age seals, sotto opens (${how})`, good);
}
ok("Debian's age-keygen names the same recipient for our key",
	must("age-keygen", ["-y", mine.x25519.path]).toString().trim() === mine.x25519.recipient);

// age asks for a passphrase at a terminal alone, so it is given one.
const words = "seven wet dogs";
const typist = `
import os, pty, sys
words, args = sys.argv[1], sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(args[0], args)
seen, answered = b"", 0
while True:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    if seen.rstrip().endswith(b":") and len(seen) > answered:
        os.write(fd, words.encode() + b"\\r")
        answered = len(seen)
_, status = os.waitpid(pid, 0)
sys.stderr.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(status))
`;
const ptyPath = file("typist.py", typist);
const plainPath = file("plain", big.subarray(0, 70000));
const wordsPath = file("words", words + "\n");
{
	const sealed = join(dir, "words.age"), back = join(dir, "words.back");
	must("python3", [ptyPath, words, "age", "-p", "-o", sealed, plainPath]);
	ok("what Debian's age seals with a passphrase, sotto opens",
		same(must(sotto, ["open", "--passphrase-file", wordsPath, sealed]), big.subarray(0, 70000)));
	must(sotto, ["seal", "--passphrase-file", wordsPath, "--work", "12", "-o", sealed, plainPath]);
	must("python3", [ptyPath, words, "age", "-d", "-o", back, sealed]);
	ok("what sotto seals with a passphrase, Debian's age opens",
		same(readFileSync(back), big.subarray(0, 70000)));
	rmSync(back);
	must("python3", [ptyPath, words, sotto, "open", "-p", "-o", back, sealed]);
	ok("a passphrase typed at the terminal opens", same(readFileSync(back), big.subarray(0, 70000)));
}

// npm age-encryption, in both directions and all kinds.
async function npmOpens(sealed, set) {
	const d = new age.Decrypter();
	set(d);
	return d.decrypt(sealed);
}
async function npmSeals(plain, set) {
	const e = new age.Encrypter();
	set(e);
	return e.encrypt(plain);
}
for (const kind of ["x25519", "hybrid"]) {
	const key = mine[kind];
	let good = (await age.identityToRecipient(key.identity)) === key.recipient;
	ok(`npm age-encryption names the same recipient for our ${kind} key`, good);
	const theirs = kind === "hybrid" ? await age.generateHybridIdentity() : await age.generateX25519Identity();
	const theirPath = file(`theirs-${kind}`, theirs + "\n");
	const theirRecipient = await age.identityToRecipient(theirs);
	let there = true, back = true;
	for (const n of [0, 1, 65536, 65537, 200000]) {
		const plain = big.subarray(0, n);
		const ours = must(sotto, ["seal", "-r", key.recipient, "-r", theirRecipient], plain);
		there &&= same(await npmOpens(ours, (d) => d.addIdentity(theirs)), plain);
		there &&= same(await npmOpens(ours, (d) => d.addIdentity(key.identity)), plain);
		const other = await npmSeals(plain, (e) => {
			e.addRecipient(key.recipient);
			e.addRecipient(theirRecipient);
		});
		back &&= same(must(sotto, ["open", "-i", key.path], other), plain);
		back &&= same(must(sotto, ["open", "-i", theirPath], other), plain);
	}
	ok(`what sotto seals to ${kind} keys, npm age-encryption opens`, there);
	ok(`what npm age-encryption seals to ${kind} keys, sotto opens`, back);
}
{
	const ours = must(sotto, ["seal", "--passphrase-file", wordsPath, "--work", "10"], big.subarray(0, 999));
	ok("what sotto seals with a passphrase, npm age-encryption opens",
		same(await npmOpens(ours, (d) => d.addPassphrase(words)), big.subarray(0, 999)));
	const other = await npmSeals(big.subarray(0, 999), (e) => {
		e.setPassphrase(words);
		e.setScryptWorkFactor(10);
	});
	ok("what npm age-encryption seals with a passphrase, sotto opens",
		same(must(sotto, ["open", "--passphrase-file", wordsPath], other), big.subarray(0, 999)));
}
{
	const ours = must(sotto, ["seal", "-a", "-r", mine.hybrid.recipient], "text");
	const bytes = age.armor.decode(ours.toString());
	ok("npm age-encryption reads our armor",
		same(await npmOpens(bytes, (d) => d.addIdentity(mine.hybrid.identity)), Buffer.from("text")));
	const other = age.armor.encode(await npmSeals("text", (e) => e.addRecipient(mine.hybrid.recipient)));
	ok("we read its armor", must(sotto, ["open", "-i", mine.hybrid.path], other).toString() === "text");
}
process.exit(failed ? 1 : 0);
