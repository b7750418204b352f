// lib-note: what the judges of vectors share: hashes and keys by Node's crypto,
// notes taken apart by the text of their format, age identities spelled.
import { createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";

export let failed = 0;
export function ok(sentence, good, why = "") {
	console.log(`${good ? "ok" : "not ok"} ${sentence}`);
	if (!good) {
		failed++;
		console.error(`${sentence}: ${why}`);
	}
}

export const hex = (s) => Buffer.from(s, "hex");
export const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
export const hkdf = (x, info, n = 32) => Buffer.from(hkdfSync("sha256", x, Buffer.alloc(0), info, n));
export const u32 = (v) => {
	const b = Buffer.alloc(4);
	b.writeUInt32BE(v);
	return b;
};
export const join = (...parts) => Buffer.concat(parts.map((p) => Buffer.from(p)));

// Ed25519 keys from their bare 32 bytes.
export const secretKey = (seed) =>
	createPrivateKey({ key: join(hex("302e020100300506032b657004220420"), seed), format: "der", type: "pkcs8" });
export const publicKey = (pub) => createPublicKey({ key: join(hex("302a300506032b6570032100"), pub), format: "der", type: "spki" });
export const publicOf = (seed) => createPublicKey(secretKey(seed)).export({ format: "der", type: "spki" }).subarray(12);

// A note of one signature, taken apart by the text of the format.
export const note = (path) => parse(readFileSync(path, "utf8"));
export function parse(whole) {
	const end = whole.lastIndexOf("\n\n") + 1;
	const [, name, code] = /^\u2014 (\S+) (\S+)\n$/.exec(whole.slice(end + 1));
	const text = whole.slice(0, end);
	const [first, json] = text.split("\n");
	return { text, name, code: Buffer.from(code, "base64"), first, json, body: JSON.parse(json) };
}

// The secret key of a hybrid age identity as age spells it.
const bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
export function identity(seed) {
	const hrp = "age-secret-key-pq-";
	const data = [];
	let acc = 0;
	let held = 0;
	for (const b of seed) {
		acc = ((acc << 8) | b) & 0xfff;
		for (held += 8; held >= 5; held -= 5) data.push((acc >> (held - 5)) & 31);
	}
	if (held) data.push((acc << (5 - held)) & 31);
	const mod = (values) =>
		values.reduce((c, v) => {
			const top = c >>> 25;
			const next = ((c & 0x1ffffff) << 5) ^ v;
			return [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].reduce(
				(x, g, i) => ((top >> i) & 1 ? x ^ g : x),
				next,
			);
		}, 1);
	const spread = [...[...hrp].map((c) => c.charCodeAt(0) >> 5), 0, ...[...hrp].map((c) => c.charCodeAt(0) & 31)];
	const sum = mod([...spread, ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
	const check = [...Array(6).keys()].map((i) => (sum >>> (5 * (5 - i))) & 31);
	return (hrp + "1" + [...data, ...check].map((v) => bech32[v]).join("")).toUpperCase();
}
