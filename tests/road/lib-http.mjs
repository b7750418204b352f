// What the HTTP tests share: a real line in a temporary folder, requests sent
// byte by byte, and tests whose names are sentences.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const B = process.env.B || "build/cc";
export const T = mkdtempSync(join(tmpdir(), "sotto-http-"));
export const line = {}; // p, port, desk
let failed = 0;

export async function test(sentence, fn) {
	try {
		await fn();
		console.log(`ok ${sentence}`);
	} catch (e) {
		failed++;
		console.log(`not ok ${sentence}`);
		console.error(e);
	}
}

export function is(good, why) {
	if (!good) throw new Error(why);
}

export async function until(what, fn, seconds = 20) {
	const end = Date.now() + seconds * 1000;
	while (!(await fn())) {
		is(Date.now() < end, `waited in vain for ${what}`);
		await new Promise((go) => setTimeout(go, 50));
	}
}

// Make a team and run its line, with a clock of its own if asked.
export async function start(program = "sotto", env = {}) {
	const run = join(resolve(B), program);
	execFileSync("make", ["-s", join(B, program)]);
	writeFileSync(join(T, "words"), "correct horse battery staple\n");
	execFileSync(run, ["init", join(T, "d"), "--name", "Road", "--passphrase-file", join(T, "words")]);
	// The questions that init gives as examples are asked.
	const settings = join(T, "d", "line", "settings");
	writeFileSync(settings, readFileSync(settings, "utf8").replace(/^#question /gm, "question "));
	const p = spawn(run, ["serve", join(T, "d/line"), "--listen", "127.0.0.1:0", "--listen-desk", "127.0.0.1:0"], { env: { ...process.env, ...env } });
	let said = "";
	p.stderr.on("data", (d) => (said += d));
	await new Promise((go, no) => {
		p.stdout.on("data", (d) => {
			said += d;
			const m = /sources: http:\/\/127\.0\.0\.1:(\d+)\/\ndesks: http:\/\/127\.0\.0\.1:(\d+)\//.exec(said);
			if (m) go(Object.assign(line, { p, port: +m[1], desk: +m[2] }));
		});
		p.on("exit", () => no(new Error(said)));
	});
}

export async function finish() {
	line.p.kill("SIGTERM");
	await new Promise((go) => line.p.on("exit", go));
	rmSync(T, { recursive: true, force: true });
	process.exit(failed ? 1 : 0);
}

// The processes of the line, by their ids; or those of one name.
export const children = (name = "") =>
	readFileSync(`/proc/${line.p.pid}/task/${line.p.pid}/children`, "utf8")
		.trim()
		.split(" ")
		.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`@${name}`))
		.join(" ");

// Everything that lies in the pool.
export function pool(dir = join(T, "d/line/pool")) {
	const h = createHash("sha256");
	for (const f of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
		h.update(f.name);
		const path = join(dir, f.name);
		h.update(f.isDirectory() ? pool(path) : readFileSync(path));
	}
	return h.digest("hex");
}

// Send bytes as they are; what comes back until the answer is whole.  `then`:
// "end" ends our side, "drop" closes everything at once.
export function raw(bytes, { then = "wait", port = line.port } = {}) {
	return new Promise((go, no) => {
		const s = connect(port, "127.0.0.1");
		let got = Buffer.alloc(0);
		const done = () => {
			clearTimeout(late);
			s.destroy();
			const text = got.toString("utf8");
			const at = text.indexOf("\r\n\r\n");
			go({ status: +(/^HTTP\/1\.1 (\d+)/.exec(text) || [0, 0])[1], head: text.slice(0, at), body: text.slice(at + 4) });
		};
		const late = setTimeout(() => no(new Error("no answer")), 20000);
		s.on("error", done);
		s.on("close", done);
		s.on("data", (d) => {
			got = Buffer.concat([got, d]);
			const at = got.indexOf("\r\n\r\n");
			const len = /Content-Length: (\d+)/.exec(got.toString("latin1"));
			if (at > 0 && len && got.length >= at + 4 + +len[1]) done();
		});
		s.on("connect", () => {
			s.write(bytes, () => {
				if (then === "end") s.end();
				if (then === "drop") done();
			});
		});
	});
}

export const host = () => `Host: 127.0.0.1:${line.port}\r\n`;
export const get = (path, more = "") => `GET ${path} HTTP/1.1\r\n${host()}${more}\r\n`;

export function form(path, type, body, length) {
	const b = Buffer.from(body, "utf8");
	return Buffer.concat([
		Buffer.from(`POST ${path} HTTP/1.1\r\n${host()}Content-Type: ${type}\r\nContent-Length: ${length ?? b.length}\r\n\r\n`),
		b,
	]);
}
export const URLENCODED = "application/x-www-form-urlencoded";
export const MULTI = "multipart/form-data; boundary=B";
export const part = (head, value) => `--B\r\n${head}\r\n\r\n${value}\r\n`;
export const field = (name, value) => part(`Content-Disposition: form-data; name="${name}"`, value);
export const file = (name, value) => part(`Content-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/plain`, value);
export const END = "--B--\r\n";

// A ticket and a page's id, as a browser gets them.
export const hidden = (page) => Object.fromEntries([...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((m) => [m[1], m[2]]));
export async function writing() {
	const words = hidden((await raw(form("/new", URLENCODED, ""))).body);
	const page = (await raw(form("/write", URLENCODED, `ticket=${encodeURIComponent(words.ticket)}`))).body;
	return hidden(/<form[^>]*action="\/send".*?<\/form>/s.exec(page)[0]);
}
export const fields = (f) => Object.entries(f).map(([k, v]) => field(k, v)).join("");
