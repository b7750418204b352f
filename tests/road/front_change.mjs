// Every day a new front takes the place of the old one.  Nobody notices.
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { END, MULTI, T, URLENCODED, children, field, fields, file, finish, form, is, line, raw, start, test, until, writing } from "./lib-http.mjs";

const clock = join(T, "clock");
const ahead = (seconds) => {
	const b = Buffer.alloc(8);
	b.writeBigInt64BE(BigInt(seconds));
	// In place: the processes have it mapped.
	const fd = openSync(clock, "r+");
	writeSync(fd, b, 0, 8, 0);
	closeSync(fd);
};
writeFileSync(clock, Buffer.alloc(8));
await start("sotto-sim", { SOTTO_CLOCK: clock });

await test("front_change_keeps_upload", async () => {
	ahead(80000);
	const before = children("front");
	const f = await writing();
	const body = Buffer.from(fields(f) + field("text", "a slow one") + file("a", "x".repeat(3000000)) + END);
	const s = connect(line.port, "127.0.0.1");
	let got = "";
	s.on("data", (d) => (got += d));
	s.on("error", (e) => (got += e));
	s.write(`POST /send HTTP/1.1\r\nHost: 127.0.0.1:${line.port}\r\nContent-Type: ${MULTI}\r\nContent-Length: ${body.length}\r\n\r\n`);
	await new Promise((go) => s.write(body.subarray(0, 1500000), go));
	ahead(86500);
	await until("a new front", () => children("front").split(" ").length > 1);
	await until("the old one to have closed its door", async () => {
		const a = await raw(form("/write", URLENCODED, `ticket=${encodeURIComponent(f.ticket)}`));
		is(a.status === 200 && a.body.includes('action="/send"'), `the new front does not know the ticket: ${a.status} ${a.body.slice(0, 300)}`);
		return a.status === 200;
	});
	is(got === "", got);
	s.write(body.subarray(1500000));
	await until("the answer", () => got.includes("</html>"));
	is(/^HTTP\/1.1 200/.test(got) && got.includes("has arrived"), got.slice(0, 500));
	await until("the old one to end", () => !children("front").split(" ").includes(before));
});

await finish();
