// The vectors of the team's notes and of join codes, judged from the protocol's
// text alone with Node's crypto, the Argon2id of @noble/hashes and age-encryption.
import { createHmac, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { argon2id } from "@noble/hashes/argon2.js"; // age-encryption brings it
import * as age from "age-encryption";
import { failed, hex, hkdf, identity, join, note, ok, parse, publicKey, publicOf, secretKey, sha } from "./lib-note.mjs";

const seedOf = (byte) => Buffer.alloc(32, byte);
const deviceOf = (seed) => sha("sotto/1 device", publicOf(seed)).subarray(0, 16).toString("hex");
const rows = [
	["piece", 3, "device id what index count bytes"],
	["hand-out", 1, "team id chain first seed voice roster"],
	["join", 5, "key recipient name"],
	["content", 8, "device team line id conversation what to text parts files"],
];
for (const [kind, byte, keys] of rows) {
	const n = note(`doc/vectors/${kind}.note`);
	const pub = publicOf(seedOf(byte));
	ok(
		`the ${kind} of the vectors is a signed note by others' rules`,
		n.first === `sotto/1 ${kind}` &&
			n.name === "device" &&
			sha(n.name, "\n", [1], pub).subarray(0, 4).equals(n.code.subarray(0, 4)) &&
			verify(null, Buffer.from(n.text), publicKey(pub), n.code.subarray(4)) &&
			sign(null, Buffer.from(n.text), secretKey(seedOf(byte))).equals(n.code.subarray(4)),
	);
	ok(
		`the ${kind} of the vectors is spelled as JSON.stringify spells it`,
		JSON.stringify(n.body) === n.json && Object.keys(n.body).join(" ") === keys,
		Object.keys(n.body).join(" "),
	);
	if ("device" in n.body) ok(`the ${kind} of the vectors names its device`, n.body.device === deviceOf(seedOf(byte)));
}

// What an entry `reply` says of its words, from the protocol's table.
const said = readFileSync("doc/protocol/70-team.md", "utf8");
const mac = (...parts) => createHmac("sha256", seedOf(3)).update(Buffer.concat(parts)).digest("hex");
const size = Buffer.alloc(8);
size.writeBigUInt64BE(3000000n);
const [alone, withFile] = [
	mac(sha("Ask for the log.")),
	mac(sha("Ask for the log."), size, seedOf(1), sha("pump.jpg", [0], "application/octet-stream")),
];
ok("the hash of a reply in the protocol's text is the one by others' rules", said.includes(`\`${alone}\``) && said.includes(`\`${withFile}\``));

// A certificate of a higher serial, and the note of the key that it names.
const pair = readFileSync("doc/vectors/key-note-pair.notes", "utf8").split("\n--\n");
const [certificate, keyNote] = [parse(`${pair[0]}\n`), parse(pair[1])];
for (const [n, kind, name, byte, keys] of [
	[certificate, "certificate", "team", 6, "team line key serial until"],
	[keyNote, "key-note", "line", 9, "line serial issued doors access purges"],
]) {
	const pub = publicOf(seedOf(byte));
	ok(
		`the ${kind} of the pair is signed by whom it must be`,
		n.first === `sotto/1 ${kind}` &&
			n.name === name &&
			sha(n.name, "\n", [1], pub).subarray(0, 4).equals(n.code.subarray(0, 4)) &&
			verify(null, Buffer.from(n.text), publicKey(pub), n.code.subarray(4)),
		n.name,
	);
	ok(
		`the ${kind} of the pair is spelled as JSON.stringify spells it`,
		JSON.stringify(n.body) === n.json && Object.keys(n.body).join(" ") === keys,
		Object.keys(n.body).join(" "),
	);
}
ok(
	"the pair is two notes of one line, and the key of the first signed the second",
	pair.length === 2 &&
		certificate.body.key === publicOf(seedOf(9)).toString("hex") &&
		certificate.body.team === publicOf(seedOf(6)).toString("hex") &&
		certificate.body.line === keyNote.body.line &&
		certificate.body.serial === 2,
);
const ofDay = [Buffer.alloc(32, 0x42)];
ofDay.push(hkdf(ofDay[0], "sotto/1 next"));
ok(
	"the recipients of the pair's door are age-encryption's of the chain's days",
	JSON.stringify(keyNote.body.doors[0].recipients) ===
		JSON.stringify(await Promise.all(ofDay.map((s) => age.identityToRecipient(identity(hkdf(s, "sotto/1 day")))))),
);

const piece = note("doc/vectors/piece.note").body;
const whole = Buffer.from(piece.bytes, "base64");
ok(
	"a piece of the vectors is named by what it hashes to",
	piece.id === sha("sotto/1 piece", piece.what, [0], whole).subarray(0, 16).toString("hex"),
);

const wish = note("doc/vectors/join.note").body;
ok("the join of the vectors holds the key that signs it", wish.key === publicOf(seedOf(5)).toString("hex"));
ok(
	"the recipient of the join is age-encryption's of the same seed",
	wish.recipient === (await age.identityToRecipient(identity(seedOf(7)))),
);

const list = readFileSync("lang/words/english.txt", "utf8").trimEnd().split("\n");
function code(label, what) {
	const salt = join("sotto/1 join", Buffer.alloc(4));
	const slow = Buffer.from(argon2id(sha(label, what), salt, { t: 2, m: 19456, p: 1, dkLen: 32 }));
	const bits = BigInt(`0x${slow.subarray(0, 7).toString("hex")}`) >> 1n;
	return [44n, 33n, 22n, 11n, 0n].map((s) => list[Number((bits >> s) & 2047n)]).join(" ");
}
const [first, second] = readFileSync("doc/vectors/join.txt", "utf8")
	.split("\n\n")
	.map((b) => new Map(b.split("\n").filter((l) => l && !l.startsWith("#")).map((l) => l.split(": "))));
const of = code("sotto/1 join", readFileSync("doc/vectors/join.note"));
ok("the code of a join note comes out the same by other hands", of === first.get("code"), of);
const back = code("sotto/1 welcome", join(hex(second.get("team")), hex(second.get("plaintext"))));
ok("the code of a welcome comes out the same by other hands", back === second.get("code"), back);

process.exit(failed ? 1 : 0);
