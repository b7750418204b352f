// Bad input against a real line: whatever comes, there is a clear sentence with
// the right status, nothing is kept, and no process ends.
import { END, MULTI, URLENCODED, children, field, fields, file, finish, form, get, host, is, line, part, pool, raw, start, test, until, writing } from "./lib-http.mjs";

// Does the answer say something that a person can read?
function clear(a) {
	is(a.status >= 400 && a.status < 600, `status ${a.status}`);
	is(/Content-Type: text\/(plain|html)/.test(a.head), a.head);
	is(!/Server:|Set-Cookie|Date:/.test(a.head), a.head);
	is(/Cache-Control: no-store/.test(a.head) && /nosniff/.test(a.head), a.head);
	is(/[A-Z][^.]{8,}\./.test(a.body.replace(/<[^>]*>/g, " ")), `no sentence: ${a.body}`);
}

async function refused(rows) {
	const before = pool();
	for (const [why, status, bytes, how] of rows) {
		const a = await raw(bytes, how);
		try {
			clear(a);
			is([].concat(status).includes(a.status), `status ${a.status}, not ${status}`);
		} catch (e) {
			throw new Error(`${why}: ${e.message}\n${a.head}`);
		}
	}
	is(pool() === before, "something was kept");
	is(children() === line.children, "a process ended");
}

await start();
line.children = children();
// The keeper makes its first day; then nothing changes by itself.
for (let was = ""; was !== (was = pool()); ) await new Promise((go) => setTimeout(go, 1500));

await test("a request that is not proper HTTP or not for this line is refused", async () => {
	await refused([
		["another host", 421, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"],
		["another port", 421, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${line.port + 1}\r\n\r\n`],
		["no host", 400, "GET / HTTP/1.1\r\n\r\n"],
		["two hosts", 400, get("/", host())],
		["two lengths", 400, get("/", "Content-Length: 0\r\nContent-Length: 0\r\n")],
		["two different lengths", 400, get("/", "Content-Length: 1\r\nContent-Length: 2\r\n") + "ab"],
		["a length that is no number", [400], get("/", "Content-Length: 0x10\r\n")],
		["chunked", 411, `POST /read HTTP/1.1\r\n${host()}Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n`],
		["chunked and long", 411, `POST /read HTTP/1.1\r\n${host()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nabcde`],
		["another method", 405, `DELETE / HTTP/1.1\r\n${host()}\r\n`],
		["a name that is none", 400, get("/", "a b: c\r\n")],
		["control bytes", 400, get("/", "a: \x07\r\n")],
		["a thousand headers", 431, get("/", "a: b\r\n".repeat(1000))],
		["a long header", 431, get("/", `a: ${"b".repeat(20000)}\r\n`)],
		["a long path", [414, 431], get("/" + "a".repeat(3000))],
		["no page", 404, get("/nowhere")],
		["a path that goes up", 404, get("/../../etc/passwd")],
		["a page asked in another way", 405, get("/send")],
		["a body with GET", 413, get("/", "Content-Length: 3\r\n") + "abc"],
		["TLS", 400, Buffer.from("160301020001000001fc0303", "hex"), { then: "end" }],
	]);
});

await test("a browser that cannot be answered gets a page, a machine a sentence", async () => {
	const html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
	const with_ = (bytes, more) => bytes.toString().replace("\r\n", "\r\n" + more);
	const rows = [
		[404, get("/nowhere", html)],
		[405, get("/send", html)],
		[403, with_(form("/read", URLENCODED, "words=a"), html + "Sec-Fetch-Site: cross-site\r\n")],
		[413, with_(form("/read", URLENCODED, "words=a", 2 ** 40), html)],
	];
	for (const [status, bytes] of rows) {
		const a = await raw(bytes);
		clear(a);
		is(a.status === status && /Content-Type: text\/html/.test(a.head), `${status}: ${a.head}`);
		is(/To the first page/.test(a.body) && Buffer.byteLength(a.body) === 32768, `${status}: ${a.body.length} bytes`);
	}
	for (const path of ["/favicon.ico", "/nowhere"]) {
		const a = await raw(get(path, "Accept: image/avif,image/webp\r\n"));
		is(a.status === 404 && /text\/plain/.test(a.head), a.head);
	}
	is(/text\/plain/.test((await raw(get("/v1/nowhere", html))).head), "a page for a machine");
});

await test("another site's form is refused", async () => {
	await refused([
		["cross-site", 403, form("/read", URLENCODED, "words=a").toString().replace("\r\n", "\r\nSec-Fetch-Site: cross-site\r\n")],
		["same-site", 403, form("/read", URLENCODED, "words=a").toString().replace("\r\n", "\r\nSec-Fetch-Site: same-site\r\n")],
	]);
});

await test("every malformed form is refused and nothing of it is kept", async () => {
	const f = await writing();
	const good = fields(f) + field("text", "words that must not be kept");
	const m = (body) => form("/send", MULTI, body);
	await refused([
		["no form", [400, 415], form("/send", "text/plain", "text=a")],
		["no type", [400, 415], form("/send", "", good)],
		["no boundary", 400, form("/send", "multipart/form-data", good + END)],
		["an empty boundary", 400, form("/send", 'multipart/form-data; boundary=""', good + END)],
		["two boundaries", 400, form("/send", MULTI + "; boundary=B", good + END)],
		["another boundary", 400, form("/send", "multipart/form-data; boundary=C", good + END)],
		["something before", 400, m("x" + good + END)],
		["bare line feeds", 400, m((good + END).replaceAll("\r\n", "\n"))],
		["no name", 400, m(part("Content-Disposition: form-data", "a") + good + END)],
		["two names", 400, m(part('Content-Disposition: form-data; name="a"; name="b"', "a") + good + END)],
		["filename*", 400, m(part("Content-Disposition: form-data; name=\"files\"; filename*=UTF-8''a", "a") + good + END)],
		["NUL in a name", 400, m(field("te\0xt", "a") + good + END)],
		["a disposition twice", 400, m(part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"', "a") + good + END)],
		["base64", 400, m(part('Content-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64', "YQ==") + END)],
		["10,000 fields", 413, m(field("a", "b").repeat(10000) + END)],
		["a long name", 413, m(field("a".repeat(101), "b") + END)],
		["long headers", 413, m(part(`Content-Disposition: form-data; name="a"\r\nX: ${"y".repeat(5000)}`, "b") + END)],
		["cut within the text", 400, m(fields(f) + field("text", "words that must").slice(0, -2))],
		["nothing", 400, m("")],
		["urlencoded, a broken escape", 400, form("/read", URLENCODED, "words=%zz")],
		["urlencoded, no =", 400, form("/read", URLENCODED, "words")],
		["urlencoded, NUL in a name", 400, form("/read", URLENCODED, "wor%00ds=a")],
		["urlencoded, 10,000 fields", 413, form("/read", URLENCODED, "a=b&".repeat(10000) + "a=b")],
		["urlencoded, bare bytes", 400, form("/read", URLENCODED, "words=\u00e9 \u0001")],
	]);
});

await test("lengths that lie and bodies that are cut leave nothing", async () => {
	const f = await writing();
	const text = fields(f) + field("text", "words that must not be kept").slice(0, -2);
	await refused([
		["shorter than said, our side ended", 400, form("/send", MULTI, text, text.length + 1000), { then: "end" }],
		["longer than is taken", 413, form("/read", URLENCODED, "words=a", 2 ** 40)],
		["longer than is taken, and sent", 413, form("/read", URLENCODED, "words=" + "a".repeat(5e6))],
		["longer than any number", [400, 413], form("/read", URLENCODED, "words=a", "9".repeat(40))],
		["negative", 400, form("/read", URLENCODED, "words=a", -1)],
	]);
	const before = pool();
	for (let i = 0; i < 20; i++) await raw(form("/send", MULTI, text.slice(0, (text.length * i) / 20), text.length + 1000), { then: "drop" });
	const a = await raw(get("/"));
	is(a.status === 200 && pool() === before && children() === line.children, "something was kept");
});

await test("machine requests of another shape are refused", async () => {
	const m = (method, path, n, length) =>
		Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${host()}Content-Length: ${length ?? n}\r\n\r\n`), Buffer.alloc(n, 1)]);
	await refused([
		["look for nothing", 400, m("POST", "/v1/look", 0)],
		["look for a bit", 400, m("POST", "/v1/look", 15)],
		["look for too much", 413, m("POST", "/v1/look", 16 * 8193)],
		["get five", 400, m("POST", "/v1/get", 80)],
		["a part that is not there", 404, m("POST", "/v1/part-get", 16)],
		["a letter a byte short", 400, m("PUT", "/v1/letter", 16399)],
		["days, as a source", 404, get("/v1/days")],
		["a part a byte long", 413, m("PUT", "/v1/part", 1048576 + 21)],
		["a part a byte short", 400, m("PUT", "/v1/part", 1048576 + 19)],
	]);
	// These are answered in one word.
	const before = pool();
	for (const bytes of [m("PUT", "/v1/letter", 16400), m("PUT", "/v1/part", 1048576 + 20), m("POST", "/v1/commit", 16452)]) {
		const a = await raw(bytes);
		is(a.status === 400 && a.body === "refused", `${a.status} ${a.body}`);
	}
	is(pool() === before && children() === line.children, "something was kept");
});

await test("desks that do not sign are refused", async () => {
	const ask = (more) => raw(`GET /v1/days HTTP/1.1\r\nHost: 127.0.0.1:${line.desk}\r\n${more}\r\n`, { port: line.desk });
	for (const more of ["", "Sotto-Request: \r\n", "Sotto-Request: AAAA\r\n", "Sotto-Request: AAAA\r\nSotto-Request: AAAA\r\n"]) {
		const a = await ask(more);
		clear(a);
		is(a.status === 403, `status ${a.status}`);
	}
	is((await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${line.desk}\r\n\r\n`, { port: line.desk })).status === 404, "a page for a desk");
});

await test("names of files may be anything that a browser can send", async () => {
	const names = ["../../etc/passwd", "C:\\a\\b.txt", "a%22b%0D%0Ac.txt", "\u202egpj.exe", "\u4f60\u597d.txt", "\u0645\u0631\u062d\u0628\u0627", "\u{1f600}", "x".repeat(400), " ", ".", "a\tb", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0301\u0302"];
	const f = await writing();
	const a = await raw(form("/send", MULTI, fields(f) + field("text", "files with names") + names.map((n) => file(n, "x")).join("") + END));
	is(a.status === 200, `status ${a.status}`);
	is(!/<b>|etc\/passwd"/.test(a.body), "unescaped");
	is(children() === line.children, "a process ended");
});

await test("the questions that init gives as examples are asked and answered", async () => {
	const f = await writing();
	const a = await raw(form("/send", MULTI, fields(f) + field("text", "with answers") + field("q-happened", "2021-11-23") + field("q-may-quote", "Not by name") + END));
	is(a.status === 200 && /Your answers\./.test(a.body), `status ${a.status}`);
	const b = await raw(form("/send", MULTI, fields(await writing()) + field("text", "a choice of nobody's") + field("q-may-quote", "Perhaps") + END));
	is(b.status === 200 && !/Your answers\./.test(b.body), `status ${b.status}`);
});

await test("a form that breaks inside a file is kept with its text", async () => {
	const f = await writing();
	const body = fields(f) + field("text", "the text came whole") + file("a", "x".repeat(5000)).slice(0, -1000);
	const before = pool();
	await raw(form("/send", MULTI, body, body.length + 100000), { then: "drop" });
	await until("something to be kept", () => pool() !== before);
	is(children() === line.children, "a process ended");
});

await finish();
