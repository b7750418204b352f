// Whoever holds a place for uploads and hardly uses it gives way to others.
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { END, MULTI, T, field, fields, file, finish, form, is, line, raw, start, test, until, writing } from "./lib-http.mjs";

const PLACES = 64;
const YOUNG_MS = 11000; // nobody is judged before a sixth of a minute

await start();
const slow = [];

// A letter of which text and a first file come whole, the second by and by.
function begin(f, rate) {
	const body = fields(f) + field("text", "the text came whole") + file("whole", "x".repeat(5000)) + file("endless", "").slice(0, -2);
	const u = { got: "", rate, s: connect(line.port, "127.0.0.1") };
	u.s.on("data", (d) => (u.got += d));
	u.s.on("error", () => {});
	u.s.on("close", () => (u.closed = true));
	u.s.write(form("/send", MULTI, body, 100000000));
	slow.push(u);
	return u;
}
// Files of parts that were committed.
const committed = () => readdirSync(join(T, "d/line/pool/days")).filter((name) => /^[0-9a-f]{32}$/.test(name)).length;
const ended = () => slow.filter((u) => u.closed);

const page = await writing();
const send = async () => raw(form("/send", MULTI, fields(await writing()) + field("text", "a file of mine") + file("mine", "y".repeat(50000)) + END));

for (let i = 0; i < PLACES; i++) begin(page, 300);
const fast = slow[0];
fast.rate = 8000;
const slowest = slow[1];
slowest.rate = 260;
const began = Date.now();
const trickle = setInterval(() => {
	for (const u of slow) if (!u.closed) u.s.write("z".repeat(u.rate));
}, 1000);

await test("while all places are taken by those who have just begun, others are told so", async () => {
	await until("all to have begun", async () => (await send()).status === 503);
	is(ended().length === 0, "somebody was ended");
});

await test("the slowest gives way as soon as it can be judged, and is told why", async () => {
	const before = committed();
	await new Promise((go) => setTimeout(go, YOUNG_MS - (Date.now() - began)));
	const a = await send();
	is(a.status === 200 && a.body.includes("has arrived"), `${a.status} ${a.body.slice(0, 300)}`);
	await until("one to be ended", () => ended().length === 1);
	is(ended()[0] === slowest, "it was not the slowest");
	is(/^HTTP\/1.1 503/.test(slowest.got) && slowest.got.includes("Others waited for this place"), slowest.got);
	await until("what it had sent whole to be kept", () => committed() === before + 2);
});

await test("one after the other gives way, but nobody who is fast enough", async () => {
	const late = begin(page, 8000); // takes the place that is free now
	const all = await Promise.all(Array.from({ length: 8 }, send));
	is(all.every((a) => a.status === 200), all.map((a) => a.status).join(" "));
	is(ended().length > 1, "nobody gave way");
	is(!fast.closed && !late.closed, "a fast one was ended");
});

clearInterval(trickle);
for (const u of slow) u.s.destroy();
await finish();
