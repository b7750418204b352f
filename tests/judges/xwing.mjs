// libsodium judges the KEM of the hybrid recipients: here its X-Wing, with the
// key schedule of HPKE and the file format written out in JavaScript, opens
// what sotto seals, and seals what sotto opens.
import { spawnSync } from "node:child_process";
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bech32 } from "@scure/base";
import sodium from "libsodium-wrappers";

await sodium.ready;
const sotto = resolve(process.env.B ?? "build/cc", "sotto");
const dir = mkdtempSync(join(tmpdir(), "sotto-xwing."));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));

let failed = 0;
function ok(sentence, good) {
	console.log(`${good ? "ok" : "not ok"} ${sentence}`);
	if (!good)
		failed++;
}

function must(args, input) {
	const r = spawnSync(sotto, args, { input });
	if (r.status !== 0)
		throw new Error(`sotto ${args[0]} ended with ${r.status}: ${r.stderr}`);
	return r.stdout;
}

const hmac = (key, data) => createHmac("sha256", key).update(data).digest();
const suite = Buffer.from("HPKE\x64\x7a\x00\x01\x00\x03", "latin1");
const labeled = (label, data) => Buffer.concat([Buffer.from("HPKE-v1"), suite, Buffer.from(label), data]);
const none = Buffer.alloc(0);

function expand(prk, label, context, n) {
	const info = Buffer.concat([Buffer.from([0, n]), labeled(label, context), Buffer.from([1])]);
	return hmac(prk, info).subarray(0, n);
}

function schedule(shared) {
	const info = Buffer.from("age-encryption.org/mlkem768x25519");
	const context = Buffer.concat([
		Buffer.from([0]),
		hmac(none, labeled("psk_id_hash", none)),
		hmac(none, labeled("info_hash", info)),
	]);
	const secret = hmac(shared, labeled("secret", none));
	return { key: expand(secret, "key", context, 32), nonce: expand(secret, "base_nonce", context, 12) };
}

function aead(key, nonce, data) {
	const c = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
	return Buffer.concat([c.update(data), c.final(), c.getAuthTag()]);
}

function unaead(key, nonce, data) {
	const d = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
	d.setAuthTag(data.subarray(-16));
	return Buffer.concat([d.update(data.subarray(0, -16)), d.final()]);
}

const raw64 = (b) => Buffer.from(b).toString("base64").replace(/=+$/, "");
const hkdf = (key, salt, info) => Buffer.from(hkdfSync("sha256", key, salt, info, 32));
const lastNonce = Buffer.from("000000000000000000000001", "hex");

const seed = randomBytes(32);
const pair = sodium.crypto_kem_xwing_seed_keypair(seed);
const recipient = bech32.encode("age1pq", bech32.toWords(pair.publicKey), false);
const identity = bech32.encode("age-secret-key-pq-", bech32.toWords(seed), false).toUpperCase();
const keyPath = join(dir, "key");
writeFileSync(keyPath, identity + "\n", { mode: 0o600 });

{
	const text = randomBytes(1000);
	const file = must(["seal", "-r", recipient], text);
	const lines = file.toString("latin1").split("\n");
	const enc = Buffer.from(lines[1].split(" ")[2], "base64");
	const shared = sodium.crypto_kem_xwing_dec(enc, pair.privateKey);
	const { key, nonce } = schedule(shared);
	const fileKey = unaead(key, nonce, Buffer.from(lines[2], "base64"));
	ok("libsodium's X-Wing opens the file key that sotto sealed", fileKey.length === 16);
	const mac = file.indexOf("\n---") + 4;
	ok("the header's MAC is that of the file key", raw64(hmac(hkdf(fileKey, none, "header"), file.subarray(0, mac))) === lines[3].slice(4));
	const body = file.subarray(mac + 45);
	const plain = unaead(hkdf(fileKey, body.subarray(0, 16), "payload"), lastNonce, body.subarray(16));
	ok("the payload written out by hand is the plaintext", plain.equals(text));
}
{
	const text = randomBytes(1000);
	const fileKey = randomBytes(16);
	const { ciphertext, sharedSecret } = sodium.crypto_kem_xwing_enc(pair.publicKey);
	const { key, nonce } = schedule(sharedSecret);
	const stanza = `age-encryption.org/v1\n-> mlkem768x25519 ${raw64(ciphertext)}\n${raw64(aead(key, nonce, fileKey))}\n---`;
	const mac = raw64(hmac(hkdf(fileKey, none, "header"), Buffer.from(stanza)));
	const start = randomBytes(16);
	const body = aead(hkdf(fileKey, start, "payload"), lastNonce, text);
	const file = Buffer.concat([Buffer.from(`${stanza} ${mac}\n`), start, body]);
	ok("sotto opens what libsodium's X-Wing sealed", must(["open", "-i", keyPath], file).equals(text));
	const bad = Buffer.from(file);
	bad[200] ^= 1;
	const r = spawnSync(sotto, ["open", "-i", keyPath], { input: bad });
	ok("and refuses it with one bit changed", r.status === 1 && r.stdout.length === 0);
}
process.exit(failed ? 1 : 0);
