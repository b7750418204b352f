// A large file from real browsers with scripting off, through a line that stays
// small, out at the desk with the same SHA-256: 64 MiB, and 3 GiB with LONG=1,
// which takes 16 GiB of disk for some minutes.
import { createCipheriv, createHash } from "node:crypto";
import { closeSync, createReadStream, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { T, allowSaving, chromium, fill, finish, firefox, is, line, newcomer, openDesk, press, test, text, until } from "./lib.mjs";

const MIB = 1 << 20;
const size = process.env.LONG ? 3072 * MIB : 64 * MIB;
const minutes = process.env.LONG ? 20 : 3;
const most = { front: 32, keeper: 16, deriver: 24 }; // MiB resident
const team = await line("Harbour Watch", "quota 400000000000\nfile-max 8589934592\n");
const downloads = join(T, "downloads"); // where lib.mjs lets Firefox save
mkdirSync(downloads);

// Bytes that repeat nowhere, cheaply; their SHA-256.
function make(path, seed) {
	const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16));
	const zeros = Buffer.alloc(MIB);
	const hash = createHash("sha256");
	const fd = openSync(path, "wx");
	for (let n = 0; n < size; n += MIB) {
		const piece = cipher.update(zeros);
		hash.update(piece);
		writeSync(fd, piece);
	}
	closeSync(fd);
	return hash.digest("hex");
}

const hashOf = (path) =>
	new Promise((go, fail) => {
		const hash = createHash("sha256");
		createReadStream(path, { highWaterMark: MIB })
			.on("data", (d) => hash.update(d))
			.on("error", fail)
			.on("end", () => go(hash.digest("hex")));
	});

// The most that each role of the line has resident while `during` goes on.
async function watched(what, during) {
	const pids = readFileSync(`/proc/${team.serve.pid}/task/${team.serve.pid}/children`, "utf8").split(" ").filter(Boolean);
	const roles = pids.map((pid) => [pid, readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[1].slice(1)]);
	const began = Date.now();
	const peak = {};
	const look = () => {
		for (const [pid, role] of roles) {
			const kib = Number(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").match(/^Rss:\s+(\d+)/m)[1]);
			peak[role] = Math.max(peak[role] ?? 0, kib / 1024);
		}
	};
	const timer = setInterval(look, 20);
	try {
		look();
		await during();
	} finally {
		clearInterval(timer);
	}
	const said = Object.entries(peak).map(([role, mib]) => `${role} ${mib.toFixed(1)}`);
	console.error(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s; resident, MiB: ${said.join(", ")}`);
	for (const [role, limit] of Object.entries(most)) is(peak[role] < limit, `${role} has ${peak[role]} MiB resident`);
}

for (const [which, launch] of [
	["Chromium", chromium],
	["Firefox", firefox],
]) {
	const file = `${which}.bin`;
	const message = `Large, ${which}`;
	const want = make(join(T, file), which.length);
	const { browser, page: open } = await launch();
	let handle;

	await test(`${size / MIB} MiB go from ${which} through a line that stays small`, async () => {
		const page = await open();
		await newcomer(page, team.url);
		await fill(page, "#text", message);
		await (await page.$("#files")).uploadFile(join(T, file));
		await watched(`from ${which}`, () => press(page, "form[action='/send'] button.main", minutes * 60000));
		const said = await text(page);
		is(said.includes("Your message has arrived") && said.includes(file), said);
	});
	rmSync(join(T, file));

	await test(`it comes out at the desk with the same SHA-256 from ${which}`, async () => {
		await watched("fetched", () => team.desk("sync"));
		const to = join(T, `saved-${which}`);
		for (const c of await team.json("inbox"))
			if (JSON.stringify(await team.json("show", c.handle)).includes(message)) handle = c.handle;
		await team.desk("save", handle, "1", "--to", to);
		is(readdirSync(to).join() === file, readdirSync(to).join());
		is((await hashOf(join(to, file))) === want, "the file is another");
		rmSync(to, { recursive: true });
	});

	await test(`${which} takes a file whose saving broke off for no whole one`, async () => {
		const desk = await openDesk(team);
		const page = await open();
		if (launch === chromium) await allowSaving(page, downloads);
		await page.goto(desk.address);
		await until("the inbox", async () => new URL(page.url()).pathname === "/");
		await page.goto(`${desk.origin}/save?${handle}.1`);
		await page.focus("form[action='/file'] button");
		await page.keyboard.press("Enter");
		const here = () => readdirSync(downloads).map((name) => ({ name, size: statSync(join(downloads, name)).size }));
		await until("its first bytes", async () => here().some((f) => f.size > 0), 120, 2);
		desk.child.kill("SIGSTOP");
		const part = here().find((f) => f.size > 0);
		is(part.name !== file, "what is not whole has its name already");
		desk.child.kill("SIGKILL");
		// Chromium removes what came; Firefox keeps it as a .part beside an empty file.
		if (launch === chromium) await until("it to be gone", async () => here().length === 0);
		else await new Promise((go) => setTimeout(go, 500));
		is(
			here().every((f) => f.size === 0 || f.name.endsWith(".part")),
			JSON.stringify(here()),
		);
		for (const { name } of here()) rmSync(join(downloads, name));
	});
	await browser.close();
}

await finish();
