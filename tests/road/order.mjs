// One conversation of two days, with two versions of a message, a letter whose
// day is not the one it came on and answers that lack, looked at by the desk, by
// `tell` and on the source's pages: all three show the same, in one order.  The
// odd letters are made by another client from the protocol's text alone.
import { execFileSync } from "node:child_process";
import { sign } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { argon2id } from "@noble/hashes/argon2.js"; // age-encryption brings it
import * as age from "age-encryption";
import { hex, hkdf, identity, publicOf, secretKey, sha, u32 } from "../judges/lib-note.mjs";
import { END, MULTI, T, URLENCODED, field, fields, finish, form, get, hidden, host, is, line, raw, start, test } from "./lib-http.mjs";

const clock = join(T, "clock");
writeFileSync(clock, Buffer.alloc(8));
const env = { ...process.env, SOTTO_CLOCK: clock };
function ahead(seconds) {
	const b = Buffer.alloc(8);
	b.writeBigInt64BE(BigInt(seconds));
	const fd = openSync(clock, "r+"); // in place: the processes have it mapped
	writeSync(fd, b, 0, 8, 0);
	closeSync(fd);
}
// Noon, so that the test does not run over midnight.
const noon = 43200 - (Math.floor(Date.now() / 1000) % 86400);
ahead(noon < 0 ? noon + 86400 : noon);
await start("sotto-sim", { SOTTO_CLOCK: clock });

const program = join(resolve(process.env.B || "build/cc"), "sotto-sim");
const sotto = (args, input = "") => execFileSync(program, args, { env, input, encoding: "utf8" });
const desk = (args, input) =>
	sotto(["desk", join(T, "d/desk"), "--line", `http://127.0.0.1:${line.port}`, "--desk-line", `http://127.0.0.1:${line.desk}`, "--passphrase-file", join(T, "words"), ...args], input);
const tell = (args) => sotto(["tell", `http://127.0.0.1:${line.port}`, "--phrase-file", join(T, "phrase"), ...args]);

// A browser without script.
const page = async (path, asked) => (await raw(form(path, URLENCODED, new URLSearchParams(asked).toString()))).body;
const me = {};
async function write(seen) {
	const body = await page("/write", { ticket: me.ticket, ...(seen ? { seen } : {}) });
	return hidden(/<form[^>]*action="\/send".*?<\/form>/s.exec(body)[0]);
}
async function send(f, text) {
	const a = await raw(form("/send", MULTI, fields(f) + field("text", text) + field("keep", "yes") + END));
	is(a.status === 200 && a.body.includes("has arrived"), a.body.slice(0, 2000));
}
async function answer(text) {
	desk(["sync"]);
	me.handle ??= JSON.parse(desk(["inbox", "--json"]))[0].handle;
	desk(["reply", me.handle], text);
}

// Somebody else's client, with the same words.
async function other() {
	const body = (await raw(get("/v1/line"))).body;
	const [certificate, key, today] = body.split("\n--\n");
	const note = JSON.parse(key.split("\n")[1]);
	const list = readFileSync("lang/words/english.txt", "utf8").trimEnd().split("\n");
	const bits = me.words.split(" ").reduce((n, w) => (n << 11n) | BigInt(list.indexOf(w)), 0n) << 5n;
	const root = Buffer.from(argon2id(hex(bits.toString(16).padStart(26, "0")), hex(note.line), { t: 2, m: 19456, p: 1, dkLen: 32 }));
	const day = +/day (\d+)/.exec(today)[1];
	const door = note.doors[0];
	const seed = hkdf(root, "sotto/1 sign");
	const reply = await age.identityToRecipient(identity(hkdf(root, "sotto/1 reply")));
	const team = base32(sha(hex(JSON.parse(certificate.split("\n")[1]).team)).subarray(0, 20));
	async function put(kind, label, place, json) {
		const opening = hkdf(root, Buffer.concat([Buffer.from(`sotto/1 ${label}`), u32(place.day), u32(place.slot)]));
		const tag = sha("sotto/1 tag", opening).subarray(0, 16);
		const text = `sotto/1 ${kind}\n${JSON.stringify({ team, line: note.line, tag: tag.toString("hex"), ...json })}\n`;
		const id = sha("source", "\n", [1], publicOf(seed)).subarray(0, 4);
		const code = Buffer.concat([id, sign(null, Buffer.from(text), secretKey(seed))]).toString("base64");
		const plain = Buffer.alloc(14725);
		plain.write(`${text}\n\u2014 source ${code}\n`);
		const e = new age.Encrypter();
		e.addRecipient(kind === "kept" ? reply : door.recipients[day - door.first]);
		const envelope = Buffer.from(await e.encrypt(plain));
		is(envelope.length === 16384, `${envelope.length} bytes`);
		const a = await raw(Buffer.concat([Buffer.from(`PUT /v1/letter HTTP/1.1\r\n${host()}Content-Length: 16400\r\n\r\n`), tag, envelope]));
		is(a.status === 200 && a.body.startsWith("done"), `${a.status} ${a.body}`);
	}
	const sealed = { door: door.id, reply, sign: publicOf(seed).toString("hex"), k: hkdf(root, "sotto/1 k").toString("hex") };
	return { day, put, sealed };
}

const base32 = (b) => {
	const n = BigInt(`0x${b.toString("hex")}`);
	return [...Array(32).keys()].map((i) => "abcdefghijklmnopqrstuvwxyz234567"[Number((n >> BigInt(155 - 5 * i)) & 31n)]).join("");
};
const date = (day) => new Date(day * 86400000).toISOString().slice(0, 10);
const want = ["first", "answer one", "second, which has read it", "third", "third, with other words", "answer two", "fourth", "dated otherwise"];

await test("two days of a conversation go to and fro", async () => {
	const words = await page("/new", {});
	me.words = [...words.matchAll(/<li>([a-z]+)<\/li>/g)].map((m) => m[1]).join(" ");
	me.ticket = hidden(words).ticket;
	writeFileSync(join(T, "phrase"), `${me.words}\n`);
	await send(await write(), "first");
	await answer("answer one");
	is((await page("/read", { ticket: me.ticket })).includes("answer one"), "no answer");
	await send(await write(1), "second, which has read it");
	const f = await write(1);
	await send(f, "third");
	await send(f, "third, with other words");
	await answer("answer two");
	ahead(noon + 2 * 86400);
	me.ticket = hidden(await page("/read", { words: me.words })).ticket;
	await send(await write(2), "fourth");
});

await test("a letter of another day is taken from another client", async () => {
	const o = await other();
	const id = "0102030405060708090a0b0c0d0e0f10";
	me.written = date(o.day - 9);
	me.came = date(o.day);
	const said = { id, day: o.day - 9, slot: 1, seen: 9 };
	await o.put("letter", "from", { day: o.day, slot: 1 }, { ...said, ...o.sealed, text: "dated otherwise", more: false });
	await o.put("kept", "own", { day: o.day, slot: 1 }, { id, day: said.day, seen: 9, text: "dated otherwise" });
	desk(["sync"]);
});

await test("desk, tell and the source's pages show one conversation in one order", async () => {
	me.shown = JSON.parse(desk(["show", me.handle, "--json"])).letters;
	const atDesk = me.shown.map((l) => l.text);
	is(atDesk.join("|") === want.join("|"), `desk: ${atDesk.join("|")}`);
	const told = JSON.parse(tell(["--read", "--all", "--json"])).map((l) => l.text);
	is(told.join("|") === want.join("|"), `tell: ${told.join("|")}`);
	// Six at a time, the newest first, the misdated behind them.
	const pages = [];
	for (const from of [0, 6]) {
		const body = await page("/read", { words: me.words, from });
		const [dated, apart = ""] = body.split("Messages with another day");
		const texts = (part) => [...part.matchAll(/<div class="own"[^>]*>(.*?)<\/div>/gs)].map((m) => m[1]).reverse();
		pages.unshift(...texts(dated));
		pages.push(...texts(apart));
	}
	is(pages.join("|") === want.join("|"), `pages: ${pages.join("|")}`);
});

await test("a letter of another day says when it came and what is written on it", async () => {
	const shown = me.shown.at(-1);
	is(shown.misdated && shown.day === me.written && shown.came === me.came, JSON.stringify(shown));
	const text = (me.text = desk(["show", me.handle]));
	const apart = text.indexOf("Dated otherwise than they came");
	is(apart > text.indexOf("fourth") && text.indexOf(`Source, ${me.came}`, apart) > 0, text);
	is(text.includes(`Written on it is ${me.written}.`), text);
	const told = JSON.parse(tell(["--read", "--json"])).at(-1);
	is(told.misdated && told.day === me.written && told.came === me.came, JSON.stringify(told));
	is(tell(["--read"]).includes(`Messages with another day`), "tell has no heading");
	const body = await page("/read", { words: me.words });
	is(body.split("Messages with another day")[1]?.includes(`Written on it is <bdi>${me.written}</bdi>`), "the page says no day");
});

await test("what lacks is said where it lacks, by the desk and to the source", async () => {
	is(me.text.includes("had read and that lack on this desk: 7."), "the desk says nothing");
	await answer("answer ten");
	const atDesk = JSON.parse(desk(["show", me.handle, "--json"])).letters;
	is(atDesk.filter((l) => l.missing > 0).map((l) => `${l.text} ${l.missing}`).join() === "answer ten 7", JSON.stringify(atDesk));
	const told = JSON.parse(tell(["--read", "--all", "--json"]));
	is(told.filter((l) => l.missing > 0).map((l) => `${l.text} ${l.missing}`).join() === "answer ten 7", JSON.stringify(told));
	is(tell(["--read", "--all"]).includes("missing before this one: 7."), "tell says nothing");
	// When older ones were not looked at, they may be those.
	is(!tell(["--read"]).includes("missing before"), "tell guesses");
});

await finish();
