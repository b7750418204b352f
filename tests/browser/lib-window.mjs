// What the tests of the desk's own window share: a member with a home and a
// temporary folder of their own, a screen that nobody sees, and ways to look at
// the processes below a desk and at what lies in folders.
import { spawn } from "node:child_process";
import { chmodSync, chownSync, closeSync, lstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { T, line, run, sotto, until } from "./lib.mjs";

export const canary = { letter: "canarypelican wrote this", name: "canaryheron", typed: "canarystork" };

// `user`: who the member is, when the test itself is root.
export async function member(user = null) {
	const at = { home: join(T, "home"), runtime: join(T, "runtime"), temporary: join(T, "tmp"), user };
	if (user !== null) chmodSync(T, 0o711);
	for (const d of [at.home, at.runtime, at.temporary]) {
		mkdirSync(d);
		chmodSync(d, 0o700);
		if (user !== null) chownSync(d, user, user);
	}
	at.team = await line();
	at.words = join(T, "words");
	writeFileSync(at.words, await run(["tell", at.team.url, "--new-phrase"]));
	await run(["tell", at.team.url, "--phrase-file", at.words, "--name", canary.name], canary.letter);
	await at.team.desk("sync");
	[{ handle: at.handle }] = await at.team.json("inbox");
	at.screen = await screen();
	if (user !== null) give(at);
	return at;
}

// A screen that nobody sees.
async function screen() {
	const child = spawn("Xvfb", ["-displayfd", "3", "-ac", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
	let n = "";
	child.stdio[3].on("data", (d) => (n += d));
	await until("the screen", async () => n.includes("\n"));
	return { child, display: `:${n.trim()}` };
}

// The desk's folder and the passphrase become the member's.
function give(at) {
	const own = (path) => {
		chownSync(path, at.user, at.user);
		if (lstatSync(path).isDirectory()) for (const n of readdirSync(path)) own(join(path, n));
	};
	chmodSync(at.team.dir, 0o711);
	own(join(at.team.dir, "desk"));
	own(join(T, "passphrase"));
}

export function openDesk(at, env) {
	const as = at.user === null ? [] : ["setpriv", `--reuid=${at.user}`, `--regid=${at.user}`, "--clear-groups"];
	const [program, ...args] = [...as, sotto, "desk", join(at.team.dir, "desk"), "--line", at.team.url, "--passphrase-file", join(T, "passphrase")];
	const child = spawn(program, args, {
		stdio: ["ignore", "pipe", "pipe"],
		env: { PATH: process.env.PATH, HOME: at.home, TMPDIR: at.temporary, DISPLAY: at.screen.display, ...env },
	});
	const said = { out: "", err: "" };
	child.stdout.on("data", (d) => (said.out += d));
	child.stderr.on("data", (d) => (said.err += d));
	return { child, said };
}

export const folders = (at) => readdirSync(at.runtime).filter((n) => n.startsWith("sotto-desk-"));

export function children(pid) {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
	} catch {
		return [];
	}
}
export const tree = (pid) => [pid, ...children(pid).flatMap(tree)];

// Every file below, and what of the needles is in it.
export function search(dir, needles, found = []) {
	for (const name of readdirSync(dir)) {
		const path = join(dir, name);
		const s = lstatSync(path, { throwIfNoEntry: false });
		if (s?.isDirectory()) search(path, needles, found);
		else if (s?.isFile() && s.size < 1 << 28) searchFile(path, needles, found);
	}
	return found;
}

function searchFile(path, needles, found) {
	const bytes = readFileSync(path);
	for (const n of needles) if (bytes.includes(n) || bytes.includes(Buffer.from(n, "utf16le"))) found.push(`${n} in ${path}`);
}

export function raw(address, path, headers = {}) {
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

// Does the memory of the browser hold it?
export async function seen(desk, needle) {
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

// The secrets of the session, and what of them lies where a browser might put
// it: home, the member's temporary folder, and what else is this member's in the
// folders that all share.
export function leftovers(at, address) {
	const { hostname, search: code } = new URL(address);
	const needles = [canary.letter, canary.name, canary.typed, at.handle, hostname, code.slice(1), readFileSync(at.words, "utf8").trim()];
	const found = [...search(at.home, needles), ...search(at.temporary, needles)];
	if (at.user !== null)
		for (const dir of ["/tmp", "/var/tmp", "/dev/shm"])
			for (const name of readdirSync(dir)) {
				const s = lstatSync(join(dir, name), { throwIfNoEntry: false });
				if (s?.uid === at.user && s.isDirectory()) search(join(dir, name), needles, found);
				else if (s?.uid === at.user && s.isFile()) searchFile(join(dir, name), needles, found);
			}
	return found;
}

export async function killAll(desk) {
	const all = tree(desk.child.pid);
	for (const p of all.reverse()) {
		try {
			process.kill(p, "SIGKILL");
		} catch {}
	}
	const dead = (p) => {
		try {
			return readFileSync(`/proc/${p}/stat`, "utf8").includes(") Z");
		} catch {
			return true;
		}
	};
	await until("their end", async () => all.every(dead));
}

function commandLine(pid) {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return ""; // it has ended meanwhile
	}
}

// The address of the window that opens, once its code was used: asking whether
// it still works would use it up, but the page that held it goes then.
export async function opened(at, desk) {
	const page = await until("the window's page", async () => join(at.runtime, folders(at)[0], "open.html"));
	const address = await until("the address", async () => readFileSync(page, "utf8").match(/http:[^"]+/)[0]);
	if (tree(desk.child.pid).some((p) => commandLine(p).includes(new URL(address).search.slice(1)))) throw new Error("the code stands on a command line");
	await until("the code to be used", async () => !readdirSync(join(at.runtime, folders(at)[0])).includes("open.html"), 60);
	if ((await raw(address, "/open" + new URL(address).search)) !== 403) throw new Error("the code works twice");
	if (desk.said.out + desk.said.err !== "") throw new Error(desk.said.out + desk.said.err);
	return address;
}
