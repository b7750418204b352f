// The vectors of phrase, keys, tags and notes, made again from the protocol's
// text alone with Node's crypto, the Argon2id of @noble/hashes and age-encryption.  The
// unit tests read the same files.
import { sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { argon2id } from "@noble/hashes/argon2.js"; // age-encryption brings it
import * as age from "age-encryption";
import { failed, hex, hkdf, identity, join, note, ok, publicKey, publicOf, secretKey, sha, u32 } from "./lib-note.mjs";

const words = readFileSync("lang/words/english.txt", "utf8");
ok(
	"the word list is BIP 39's",
	sha(words).toString("hex") === "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda",
);
const list = words.trimEnd().split("\n");

const blocks = readFileSync("doc/vectors/source.txt", "utf8")
	.split("\n\n")
	.map((b) => b.split("\n").filter((l) => l && !l.startsWith("#")))
	.filter((b) => b.length)
	.map((b) => new Map(b.map((l) => l.split(": "))));

// Every value of a block from its random bits and line id.
function source(v) {
	const out = new Map();
	const random = hex(v.get("random"));
	const check = sha("sotto/1 phrase", random)[0];
	const bits99 = ((BigInt(`0x${v.get("random")}`) >> 5n) << 8n) | BigInt(check);
	const bits = hex((bits99 << 5n).toString(16).padStart(26, "0"));
	const numbers = [...Array(9).keys()].map((i) => Number((bits99 >> BigInt(88 - 11 * i)) & 2047n));
	out.set("phrase", numbers.map((n) => list[n]).join(" "));
	out.set("bits", bits.toString("hex"));
	const root = Buffer.from(argon2id(bits, hex(v.get("line")), { t: 2, m: 19456, p: 1, dkLen: 32 }));
	const seed = hkdf(root, "sotto/1 sign");
	const k = hkdf(root, "sotto/1 k");
	const handle = sha("sotto/1 handle", publicOf(seed));
	const first = BigInt(`0x${handle.subarray(0, 5).toString("hex")}`) >> 7n;
	out.set("root", root.toString("hex"));
	out.set("sign seed", seed.toString("hex"));
	out.set("sign public", publicOf(seed).toString("hex"));
	out.set("reply seed", hkdf(root, "sotto/1 reply").toString("hex"));
	out.set("k", k.toString("hex"));
	out.set("handle", [22n, 11n, 0n].map((s) => list[Number((first >> s) & 2047n)]).join("-"));
	for (const key of v.keys()) {
		const m = /^(from|to|own) (\d+) (\d+) (opening|tag|parts|part)(?: (\d+))?$/.exec(key);
		if (!m) continue;
		const [, kind, day, slot, what, j] = m;
		const opening = hkdf(kind === "to" ? k : root, join(`sotto/1 ${kind}`, u32(+day), u32(+slot)));
		const parts = sha("sotto/1 parts", opening);
		const value = {
			opening: () => opening,
			tag: () => sha("sotto/1 tag", opening).subarray(0, 16),
			parts: () => parts,
			part: () => sha("sotto/1 part", parts, u32(+j)).subarray(0, 16),
		}[what]();
		out.set(key, value.toString("hex"));
	}
	const hashes = ["upload text", "upload file 1", "upload file 2"].map((n) => hex(v.get(n)));
	out.set("upload id with no file", hkdf(root, join("sotto/1 upload", Buffer.from([0, 0, 0, 0]), hashes[0]), 16).toString("hex"));
	out.set("upload id with both", hkdf(root, join("sotto/1 upload", Buffer.from([0, 0, 0, 3]), ...hashes), 16).toString("hex"));
	return out;
}

const given = new Set(["random", "line", "upload text", "upload file 1", "upload file 2"]);
blocks.forEach((v, i) => {
	const made = source(v);
	const wrong = [...v].filter(([key, value]) => !given.has(key) && made.get(key) !== value);
	ok(`source ${i + 1} of the vectors comes out the same by other hands`, wrong.length === 0 && v.size > 40, wrong[0]);
});

const seedOf = (byte) => join([byte], Buffer.alloc(31));
const root = seedOf(1);
const seeds = { letter: hkdf(root, "sotto/1 sign"), reply: seedOf(7), kept: hkdf(root, "sotto/1 sign") };
const keys = {
	letter: "team line tag id day slot seen door reply sign k name answers text more parts files",
	reply: "team line tag id day n text more parts files next",
	kept: "team line tag id day seen text",
};
for (const kind of ["letter", "reply", "kept"]) {
	const n = note(`doc/vectors/${kind}.note`);
	const pub = publicOf(seeds[kind]);
	const id = sha(n.name, "\n", [1], pub).subarray(0, 4);
	ok(
		`the ${kind} of the vectors is a signed note by others' rules`,
		n.first === `sotto/1 ${kind}` &&
			n.name === (kind === "reply" ? "voice" : "source") &&
			id.equals(n.code.subarray(0, 4)) &&
			verify(null, Buffer.from(n.text), publicKey(pub), n.code.subarray(4)) &&
			sign(null, Buffer.from(n.text), secretKey(seeds[kind])).equals(n.code.subarray(4)),
	);
	ok(
		`the ${kind} of the vectors is spelled as JSON.stringify spells it`,
		JSON.stringify(n.body) === n.json && Object.keys(n.body).join(" ") === keys[kind],
		Object.keys(n.body).join(" "),
	);
}

// The return address is what age-encryption makes of the same seed.
const address = await age.identityToRecipient(identity(hkdf(root, "sotto/1 reply")));
ok("a letter's return address is age-encryption's recipient of the same seed", note("doc/vectors/letter.note").body.reply === address);

process.exit(failed ? 1 : 0);
