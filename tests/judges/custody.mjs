// The vectors of evidence and its chain of custody, judged from
// doc/protocol/90-evidence.md alone with Node's crypto.
import { createHmac, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { failed, hex, ok, parse, publicKey, publicOf, sha } from "./lib-note.mjs";

const seedOf = (byte) => Buffer.alloc(32, byte);
const commitmentOf = (salt, sha256) => createHmac("sha256", hex(salt)).update(hex(sha256)).digest("hex");
const values = new Map(
	readFileSync("doc/vectors/evidence.txt", "utf8").split("\n").filter((l) => l && !l.startsWith("#"))
		.map((l) => [l.slice(0, l.indexOf(": ")), l.slice(l.indexOf(": ") + 2)]),
);
const from = { letter: "letter file", brought: "url day by", made: "parent tool version arguments report" };
for (const [kind, keys] of Object.entries(from)) {
	const words = JSON.parse(values.get(kind));
	ok(
		`the words of an item (${kind}) are spelled as JSON.stringify spells them`,
		JSON.stringify(words) === values.get(kind) &&
			Object.keys(words).join(" ") === "name type size sha256 salt from" &&
			Object.keys(words.from).join(" ") === keys,
	);
	ok(
		`the commitment of an item (${kind}) comes out the same by other hands`,
		commitmentOf(words.salt, words.sha256) === values.get("commitment") && words.sha256 === sha("the file").toString("hex"),
	);
}

const headKeys = "team item kind device date rows entries commitment size type sha256 salt hash";
const rowKeys = ["n", "date", "time", "act", "item", "who", "words", "key", "entry", "previous", "hash"];
const ofRow = { derived: ["item"], disclosed: ["time", "words"] };

// Is the line what its own hash says?
const whole = (line) => sha(line.slice(0, line.lastIndexOf(',"hash":'))).toString("hex") === JSON.parse(line).hash;
const signedBy = (line, name, pub, text) => {
	const [, by, base64] = /^\u2014 (\S+) (\S+)$/.exec(line);
	const code = Buffer.from(base64, "base64");
	return (
		by === name &&
		sha(by, "\n", [1], pub).subarray(0, 4).equals(code.subarray(0, 4)) &&
		verify(null, Buffer.from(text), publicKey(pub), code.subarray(4))
	);
};

for (const file of ["custody", "custody-entries"]) {
	const entries = file === "custody-entries";
	const [chain, ...notes] = readFileSync(`doc/vectors/${file}.txt`, "utf8").split("\n--\n");
	const lines = chain.trimEnd().split("\n");
	const head = JSON.parse(lines[1]);
	const rows = lines.slice(2, 2 + head.rows);
	const at = (i) => JSON.parse(rows[i]);
	const text = lines.slice(0, 2 + head.rows).join("\n") + "\n";
	const [empty, device, team, ...over] = lines.slice(2 + head.rows);
	ok(`the head of ${file} is spelled as the text says`, lines[0] === "sotto/1 custody" && Object.keys(head).join(" ") === headKeys && JSON.stringify(head) === lines[1]);
	ok(
		`the rows of ${file} are spelled as the text says`,
		rows.every((line, i) => {
			const optional = ofRow[at(i).act] ?? [];
			const keys = rowKeys.filter((k) => optional.includes(k) || (k === "key" && entries) || !["time", "item", "words", "key"].includes(k));
			return JSON.stringify(at(i)) === line && Object.keys(at(i)).join(" ") === keys.join(" ");
		}),
	);
	ok(`each line of ${file} ends in its own hash`, [lines[1], ...rows].every(whole));
	ok(`each row of ${file} follows the one before`, rows.every((_, i) => at(i).n === i + 1 && at(i).previous === (i === 0 ? head : at(i - 1)).hash));
	ok(`the commitment of ${file} is of its file`, head.commitment === commitmentOf(head.salt, head.sha256) && head.size === 8);
	ok(
		`${file} is signed by its device and by the team`,
		empty === "" && over.length === 0 && head.device === publicOf(seedOf(5)).toString("hex") && head.team === publicOf(seedOf(6)).toString("hex") &&
			signedBy(device, "device", hex(head.device), text) && signedBy(team, "team", hex(head.team), text),
	);
	const types = { received: "evidence", made: "evidence", derived: "evidence", viewed: "viewed" };
	ok(
		`behind ${file} stand ${entries ? "the entries of its rows" : "no entries"}`,
		head.entries === entries &&
			notes.length === (entries ? head.rows : 0) &&
			notes.every((note, i) => {
				const one = note.endsWith("\n") ? note : `${note}\n`;
				const n = parse(one);
				const key = hex(at(i).key);
				const second = at(i).time?.split(":").reduce((sum, v) => sum * 60 + Number(v), 0);
				return (
					sha(one).toString("hex") === at(i).entry &&
					verify(null, Buffer.from(n.text), publicKey(key), n.code.subarray(4)) &&
					n.body.device === sha("sotto/1 device", key).subarray(0, 16).toString("hex") &&
					n.body.type === (types[at(i).act] ?? "custody") &&
					n.body.body.id === (at(i).item ?? head.item) &&
					(n.body.type !== "custody" || n.body.body.act === at(i).act) &&
					n.body.body.second === second &&
					new Date(n.body.body.day * 86400000).toISOString().slice(0, 10) === at(i).date
				);
			}),
	);
}
process.exit(failed ? 1 : 0);
