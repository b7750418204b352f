// The window that a desk opens by itself: it reaches the inbox, and after a
// kill -9 of browser and desk nothing of it is found on any disk.
import { spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { T, finish, is, line, run, sotto, stop, test, until } from "./lib.mjs";

const home = join(T, "home"); // of a member, with a /tmp of its own
const runtime = join(T, "runtime");
const temporary = join(T, "tmp");
for (const d of [home, runtime, temporary]) {
	mkdirSync(d);
	chmodSync(d, 0o700);
}
const canary = { letter: "canarypelican wrote this", name: "canaryheron", typed: "canarystork" };

const team = await line();
const words = join(T, "words");
writeFileSync(words, await run(["tell", team.url, "--new-phrase"]));
await run(["tell", team.url, "--phrase-file", words, "--name", canary.name], canary.letter);

// A screen that nobody sees.
async function screen() {
	const child = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
	let n = "";
	child.stdio[3].on("data", (d) => (n += d));
	await until("the screen", async () => n.includes("\n"));
	return { child, display: `:${n.trim()}` };
}
const { child: xvfb, display } = await screen();

function openDesk(env) {
	const child = spawn(sotto, ["desk", join(team.dir, "desk"), "--line", team.url, "--passphrase-file", join(T, "passphrase")], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, DISPLAY: display, ...env },
	});
	const said = { out: "", err: "" };
	child.stdout.on("data", (d) => (said.out += d));
	child.stderr.on("data", (d) => (said.err += d));
	return { child, said };
}

const folders = () => readdirSync(runtime).filter((n) => n.startsWith("sotto-desk-"));

function children(pid) {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
	} catch {
		return [];
	}
}
const tree = (pid) => [pid, ...children(pid).flatMap(tree)];

// Every file below, and what of the needles is in it.
function search(dir, needles, found = []) {
	for (const name of readdirSync(dir)) {
		const path = join(dir, name);
		const s = lstatSync(path, { throwIfNoEntry: false });
		if (s?.isDirectory()) search(path, needles, found);
		else if (s?.isFile() && s.size < 1 << 28) {
			const bytes = readFileSync(path);
			for (const n of needles) if (bytes.includes(n) || bytes.includes(Buffer.from(n, "utf16le"))) found.push(`${n} in ${path}`);
		}
	}
	return found;
}

function raw(address, path, headers = {}) {
	const at = new URL(address);
	return new Promise((go, fail) => {
		const r = request({ host: "127.0.0.1", port: at.port, path, headers: { Host: at.host, ...headers } }, (a) => {
			a.resume();
			a.on("end", () => go(a.statusCode));
		});
		r.on("error", fail);
		r.end();
	});
}

// The window is not started by a driver, so it is spoken to as little as can be:
// Marionette, a length and a JSON array (Firefox's remote/marionette).
async function marionette() {
	const socket = await until("the window to listen", () =>
		new Promise((go, fail) => {
			const s = connect(2828, "127.0.0.1", () => go(s));
			s.on("error", fail);
		}),
	);
	let had = Buffer.alloc(0);
	const waits = new Map();
	socket.on("data", (d) => {
		had = Buffer.concat([had, d]);
		for (;;) {
			const colon = had.indexOf(":");
			const n = Number(had.subarray(0, colon));
			if (colon < 0 || had.length < colon + 1 + n) return;
			const got = JSON.parse(had.subarray(colon + 1, colon + 1 + n));
			had = had.subarray(colon + 1 + n);
			if (Array.isArray(got)) waits.get(got[1])?.(got);
		}
	});
	socket.on("error", () => {});
	let id = 0;
	return (command, args = {}) =>
		new Promise((go, fail) => {
			const text = JSON.stringify([0, ++id, command, args]);
			waits.set(id, ([, , e, value]) => (e ? fail(new Error(JSON.stringify(e))) : go(value?.value ?? value)));
			socket.write(`${Buffer.byteLength(text)}:${text}`);
		});
}

// Does the memory of the browser hold it?
async function seen(needle) {
	const words = [Buffer.from(needle), Buffer.from(needle, "utf16le")];
	for (const pid of tree(desk.child.pid).slice(1)) {
		const fd = openSync(`/proc/${pid}/mem`, "r");
		for (const row of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
			const m = row.match(/^([0-9a-f]+)-([0-9a-f]+) rw/);
			const n = m ? parseInt(m[2], 16) - parseInt(m[1], 16) : 0;
			if (n === 0 || n > 1 << 28) continue;
			const bytes = Buffer.alloc(n);
			try {
				readSync(fd, bytes, 0, n, parseInt(m[1], 16));
			} catch {
				continue;
			}
			if (words.some((w) => bytes.includes(w))) return closeSync(fd), true;
		}
		closeSync(fd);
	}
	return false;
}

await team.desk("sync");
const [{ handle }] = await team.json("inbox");
let address, desk;
await test("the window of a desk reaches the inbox by itself", async () => {
	desk = openDesk({ XDG_RUNTIME_DIR: runtime, MOZ_MARIONETTE: "1" });
	const page = await until("the window's page", async () => join(runtime, folders()[0], "open.html"));
	address = await until("the address", async () => readFileSync(page, "utf8").match(/http:[^"]+/)[0]);
	is(!tree(desk.child.pid).some((p) => readFileSync(`/proc/${p}/cmdline`, "utf8").includes(new URL(address).search.slice(1))), "the code stands on a command line");
	// Asking whether the code still works would use it up; the page that held
	// it goes when it was used.
	await until("the code to be used", async () => !existsSync(page), 60);
	is((await raw(address, "/open" + new URL(address).search)) === 403, "the code works twice");
	is(desk.said.out === "" && desk.said.err === "", desk.said.out + desk.said.err);
});

await test("it shows a conversation and takes what is typed", async () => {
	const ask = await marionette();
	await ask("WebDriver:NewSession");
	const find = async (value) => Object.values(await ask("WebDriver:FindElement", { using: "css selector", value }))[0];
	await until("the inbox", async () => new URL(await ask("WebDriver:GetCurrentURL")).pathname === "/");
	await ask("WebDriver:ElementClick", { id: await find(".rows a") });
	await until("the conversation", async () => (await ask("WebDriver:GetPageSource")).includes(canary.letter));
	await ask("WebDriver:ElementSendKeys", { id: await find("#text"), text: canary.typed });
	await until("what was typed", () => seen(canary.typed));
});

await test("after a kill of desk and browser nothing is found in home and temporary folders", async () => {
	const all = tree(desk.child.pid);
	for (const p of all.reverse()) {
		try {
			process.kill(p, "SIGKILL");
		} catch {}
	}
	await until("their end", async () => all.every((p) => !existsSync(`/proc/${p}`) || readFileSync(`/proc/${p}/stat`, "utf8").includes(") Z")));
	const needles = [canary.letter, canary.name, canary.typed, handle, new URL(address).hostname, new URL(address).search.slice(1), readFileSync(words, "utf8").trim()];
	const found = [...search(home, needles), ...search(temporary, needles)];
	is(found.length === 0, found.join("\n"));
});

await test("the next desk removes what the killed one left", async () => {
	const before = folders();
	is(before.length === 1, `${before.length} folders`);
	desk = openDesk({ XDG_RUNTIME_DIR: runtime });
	await until("the old folder to go", async () => folders().length === 1 && folders()[0] !== before[0]);
	await until("the window", async () => children(desk.child.pid).length > 0);
	await stop(desk.child);
	is(desk.child.exitCode === 0, `${desk.child.exitCode} ${desk.child.signalCode}`);
	is(folders().length === 0, folders().join());
});

for (const [why, env] of [
	["without a folder in memory", {}],
	["where that folder is open to others", { XDG_RUNTIME_DIR: "/tmp" }],
	["without a browser", { XDG_RUNTIME_DIR: runtime, PATH: "/nonexistent" }],
])
	await test(`${why} the address is said, and what that costs`, async () => {
		const d = openDesk(env);
		await until("the address", async () => /http:\/\/\S+\/open\?/.test(d.said.out));
		is(/private window/.test(d.said.out) && d.said.err.includes("There is no"), d.said.out + d.said.err);
		await stop(d.child);
		is(d.child.exitCode === 0, String(d.child.exitCode));
		is(folders().length === 0, folders().join());
	});

await stop(xvfb);
await finish();
