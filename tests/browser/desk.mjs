// The desk's page in real browsers: opened once by its code, read, saved from,
// answered from; guarded against everybody else; read by axe-core; used with a
// keyboard alone.
import { createHash } from "node:crypto";
import { createServer, request } from "node:http";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { T, allowSaving, chromium, fill, finish, firefox, is, line, newcomer, openDesk, press, run, stop, test, text, until } from "./lib.mjs";

const samples = "/usr/share/forensics-samples/original-files";
const sent = ["pic1/IMG_1054.JPG", "pic2/IMG_20200124_231153.jpg", "movie1/VID_20191220_170832.mp4"].map((f) => join(samples, f));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// A request as somebody who is no browser would make it.
function raw(origin, path, { method = "GET", headers = {}, body = "" } = {}) {
	const at = new URL(origin);
	return new Promise((go, fail) => {
		const r = request({ host: "127.0.0.1", port: at.port, path, method, headers: { Host: at.host, ...headers } }, (a) => {
			let got = "";
			a.on("data", (d) => (got += d));
			a.on("end", () => go({ status: a.statusCode, headers: a.headers, body: got }));
		});
		r.on("error", fail);
		r.end(body);
	});
}

const inboxOf = async (page, desk) => {
	await page.goto(`${desk.origin}/`);
	return text(page);
};

// A page that looks again by itself goes away under whoever reads it, so what
// is asked is only where it is.
const soon = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(no, 2000, new Error("late")))]);
async function waitFor(page, path) {
	await until(`the way to ${path}`, async () => new URL(page.url()).pathname === path, 60);
	await until("its words", () => soon(page.$("main")));
}

// page.$$eval() never comes back in a Firefox that runs no scripts.
const all = (page, selector) => page.evaluate((s) => [...document.querySelectorAll(s)].map((e) => e.textContent), selector);

// Every page that was drawn, for axe.
const pages = join(T, "pages");
mkdirSync(pages);
async function keepPage(page, name) {
	writeFileSync(join(pages, `${name}.html`), await page.content());
}

async function tell(team, words, ...rest) {
	const input = rest.length && typeof rest.at(-1) === "object" ? rest.pop().input : "";
	return run(["tell", team.url, "--phrase-file", words, ...rest], input);
}

// A line is a process and its children.
function signalAll(pid, signal) {
	for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean)) signalAll(child, signal);
	process.kill(pid, signal);
}

async function refusals(desk, cookie) {
	const good = { Cookie: cookie };
	const form = { ...good, "Content-Type": "application/x-www-form-urlencoded" };
	const post = (headers) => raw(desk.origin, "/find", { method: "POST", headers, body: "find=x" });
	is((await raw(desk.origin, "/", { headers: good })).status === 200, "the cookie is not taken");
	is((await post({ ...form, Origin: desk.origin })).status === 200, "a form of its own is not taken");
	is((await raw(desk.origin, "/")).status === 403, "without the cookie");
	is((await raw(desk.origin, "/", { headers: { Cookie: cookie.replace(/.$/, (c) => (c === "0" ? "1" : "0")) } })).status === 403, "with another cookie");
	for (const Origin of ["null", "http://localhost", "https://example.org", desk.origin.replace(/:\d+$/, ""), desk.origin.replace("http:", "https:"), `${desk.origin}.example.org`])
		is((await post({ ...form, Origin })).status === 403, `a form from ${Origin}`);
	is((await post(form)).status === 403, "a form without Origin");
	is((await post({ "Content-Type": form["Content-Type"], Origin: desk.origin })).status === 403, "a form without the cookie");
	const port = new URL(desk.origin).port;
	for (const Host of [`127.0.0.1:${port}`, `localhost:${port}`, `x.localhost:${port}`, new URL(desk.origin).hostname])
		is((await raw(desk.origin, "/", { headers: { ...good, Host } })).status === 421, `the name ${Host}`);
	const said = (await raw(desk.origin, "/")).body;
	is(!said.includes("Harbour Watch"), "a stranger is told whose desk it is");
}

// Every stop of the Tab key can be seen and is named.  In a tab of its own: after
// the last stop Firefox's own buttons have the focus, and keep it.
async function keyboard(first, address) {
	const page = await first.browserContext().newPage();
	let stops = 0;
	await page.goto(address);
	await page.bringToFront();
	for (let i = 0; i < 40; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(() => {
			const e = document.activeElement;
			if (!e || e === document.body || e === document.documentElement) return null;
			const s = getComputedStyle(e);
			const box = e.getBoundingClientRect();
			return { what: e.outerHTML.slice(0, 80), line: s.outlineStyle, width: parseFloat(s.outlineWidth), seen: box.width > 0 && box.right > 0 };
		});
		if (!at) break;
		stops++;
		is(at.line !== "none" && at.width >= 2, `no focus is seen on ${at.what}`);
		is(at.seen, `out of sight: ${at.what}`);
	}
	is(stops >= 5, `only ${stops} stops`);
	await page.close();
}

const narrow = async (page) => {
	await page.setViewport({ width: 320, height: 640 });
	const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
	await page.setViewport({ width: 1280, height: 800 });
	return !wide;
};

// In a tab of its own: in one where a download began Firefox goes on as it
// should, but its driver never says so again.
async function save(name, first, desk, { downloads, handle, n }) {
	const page = await first.browserContext().newPage();
	if (name === "Chromium") await allowSaving(page, downloads);
	await page.goto(`${desk.origin}/save?${handle}.${n}`);
	await page.bringToFront();
	const file = (await page.$eval("main .name", (e) => e.textContent)).trim();
	await page.focus("form[action='/file'] button");
	await page.keyboard.press("Enter");
	const path = join(downloads, file);
	const want = sha256(readFileSync(sent.find((f) => basename(f) === file)));
	await until(`${file} to be saved`, async () => existsSync(path) && sha256(readFileSync(path)) === want);
	await page.close();
}

const questions = `question happened date When did it happen?
question inside choice Have you <b>reported</b> it inside? | Yes | Not yet
`;

async function road(name, launch) {
	const team = await line("Harbour Watch", questions);
	const words = join(T, `words-${name}`);
	writeFileSync(words, await run(["tell", team.url, "--new-phrase"]));
	await tell(team, words, "--name", "wearenotallsadists", ...sent.flatMap((f) => ["--attach", f]), {
		input: "The inspection book was rewritten in May.\n",
	});
	const desk = await openDesk(team);
	const downloads = join(T, "downloads"); // where lib.mjs lets Firefox save
	mkdirSync(downloads, { recursive: true });
	for (const f of readdirSync(downloads)) rmSync(join(downloads, f));
	const { page: open } = await launch(downloads);
	const page = await open();
	await page.setViewport({ width: 1280, height: 800 });
	let handle, cookie;
	const on = (sentence, fn) => test(`${name}: ${sentence}`, fn);

	await on("the address works once and leads to the inbox", async () => {
		await page.goto(desk.address);
		await waitFor(page, "/");
		is((await text(page)).includes("wearenotallsadists"), await text(page));
		is(new URL(page.url()).search === "", `the code stays in sight: ${page.url()}`);
		const again = await raw(desk.origin, new URL(desk.address).pathname + new URL(desk.address).search);
		is(again.status === 403 && !again.headers["set-cookie"], `the code works twice: ${again.status}`);
		const [c] = await page.cookies();
		is(c.httpOnly && c.sameSite === "Strict", JSON.stringify(c));
		is(await page.evaluate(() => !document.cookie), "a script could read the cookie");
		cookie = `${c.name}=${c.value}`;
		handle = (await all(page, ".rows a"))[0];
		is(/^[a-z]+-[a-z]+-[a-z]+$/.test(handle), handle);
		await keepPage(page, `${name}-inbox`);
	});

	writeFileSync(join(pages, "style.css"), (await raw(desk.origin, "/style.css")).body);

	await on("others are refused", () => refusals(desk, cookie));

	await on("a conversation shows what came, and its files can be saved", async () => {
		await page.goto(`${desk.origin}/talk?${handle}`);
		is((await text(page)).includes("The inspection book was rewritten in May."), await text(page));
		await until("the files", async () => (await page.reload(), (await all(page, ".files a")).length === 3), 60);
		await keepPage(page, `${name}-talk`);
		is(await narrow(page), "wider than 320");
	});

	await on("a saved file is the file that was sent", async () => {
		for (let n = 1; n <= 3; n++) await save(name, page, desk, { downloads, handle, n });
		await page.goto(`${desk.origin}/save?${handle}.1`);
		await keepPage(page, `${name}-save`);
	});

	await on("what was promised is kept and stays in sight", async () => {
		await page.goto(`${desk.origin}/talk?${handle}`);
		is((await text(page, ".promised")).includes("Nothing agreed"), await text(page, ".promised"));
		await page.focus(".rule summary");
		await page.keyboard.press("Enter");
		await page.focus("input[name='level'][value='on_record']");
		await page.keyboard.press(" ");
		await fill(page, "#byline", "A. Source");
		await fill(page, "#label", "a person who works at the place");
		await press(page, "form[action='/attribution'] button");
		const rule = await text(page, ".promised");
		is(rule.includes("A. Source") && /on the record/i.test(rule), rule);
		is((await page.$eval("#byline", (e) => e.value)) === "A. Source", "the byline is gone");
	});

	await on("an answer with a file reaches the source", async () => {
		const file = join(T, `question-${name}.txt`);
		writeFileSync(file, "Which volume, and which pages?\n");
		await page.goto(`${desk.origin}/talk?${handle}`);
		await fill(page, "#text", "We have read it.\nCan you name the volume?");
		const input = await page.$("#files");
		await input.uploadFile(file);
		await press(page, "form[action='/reply'] button");
		await waitFor(page, "/talk");
		is((await text(page)).includes("We have read it."), await text(page));
		const to = join(T, `read-${name}`);
		mkdirSync(to);
		const said = (await tell(team, words, "--read", "--to", to)).toString();
		is(said.includes("Can you name the volume?"), said);
		const got = readdirSync(to);
		is(got.length === 1 && readFileSync(join(to, got[0]), "utf8") === "Which volume, and which pages?\n", got.join());
	});

	await on("an answer of blanks is refused, and its file goes with the words", async () => {
		const file = join(T, `blank-${name}.txt`);
		writeFileSync(file, "Page 3.\n");
		await page.goto(`${desk.origin}/talk?${handle}`);
		await fill(page, "#text", " \u00a0\n ");
		await (await page.$("#files")).uploadFile(file);
		await press(page, "form[action='/reply'] button");
		const said = await text(page);
		is(said.includes("It was not sent.") && said.includes("needs words"), said);
		await fill(page, "#text", "Here is the page.");
		await press(page, "form[action='/reply'] button");
		await waitFor(page, "/talk");
		is((await all(page, "article.ours")).some((t) => t.includes("Here is the page.") && t.includes("blank-")), await text(page));
	});

	await on("while the line is away an answer is kept with its files, and goes when it is back", async () => {
		signalAll(team.serve.pid, "SIGSTOP");
		try {
			await page.goto(`${desk.origin}/talk?${handle}`);
			await fill(page, "#text", "One more question about page 12.");
			await press(page, "form[action='/reply'] button");
			const began = Date.now();
			const there = await inboxOf(page, desk);
			is(there.includes(handle) && Date.now() - began < 3000, "the page waits for the line");
			const sending = await raw(desk.origin, `/wait?${handle}`, { headers: { Cookie: cookie } });
			is(sending.body.includes("One more question") && sending.headers.refresh === "1", sending.body);
			writeFileSync(join(pages, `${name}-sending.html`), sending.body);
		} finally {
			signalAll(team.serve.pid, "SIGCONT");
		}
		await until("the answer to go", async () => {
			await page.goto(`${desk.origin}/talk?${handle}`);
			return (await all(page, "article.ours")).some((t) => t.includes("page 12")) && !(await page.$("a[href^='/wait']"));
		});
		is((await tell(team, words, "--read")).toString().includes("page 12"), "it never came");
	});

	await on("words are found, and junk is put away and brought back", async () => {
		await inboxOf(page, desk);
		await fill(page, "#find", "INSPECTION book");
		await press(page, "form[action='/find'] button");
		is((await all(page, ".rows a")).includes(handle), "not found");
		is(!page.url().includes("nspection"), "what was searched stands in the address");
		await keepPage(page, `${name}-found`);
		await inboxOf(page, desk);
		await fill(page, "#find", "nothing like it");
		await press(page, "form[action='/find'] button");
		is((await all(page, ".rows a")).length === 0, "found too much");
		await page.goto(`${desk.origin}/talk?${handle}`);
		await press(page, "form[action='/junk'] button");
		await page.goto(`${desk.origin}/`);
		is((await all(page, ".rows a")).length === 0, "it is still in the inbox");
		await page.goto(`${desk.origin}/?junk`);
		is((await all(page, ".rows a")).includes(handle), "not among the junk");
		await page.goto(`${desk.origin}/talk?${handle}`);
		await press(page, "form[action='/junk'] button");
		await page.goto(`${desk.origin}/`);
		is((await all(page, ".rows a")).includes(handle), "not back");
	});

	await on("a keyboard is enough", async () => {
		await keyboard(page, `${desk.origin}/`);
		await keyboard(page, `${desk.origin}/talk?${handle}`);
	});

	await on("fetching is answered at once and leads back to the inbox", async () => {
		await tell(team, words, { input: "It is volume three.\n" });
		await page.goto(`${desk.origin}/`);
		await press(page, "form[action='/sync'] button");
		await waitFor(page, "/");
		is((await text(page)).includes("1 unread"), await text(page));
	});

	await on("deleting says what it means and does it", async () => {
		await page.goto(`${desk.origin}/talk?${handle}`);
		await press(page, "form[action='/delete'] button");
		is((await text(page)).includes("destroyed"), await text(page));
		await keepPage(page, `${name}-delete`);
		await press(page, "form[action='/delete'] button");
		is(new URL(page.url()).pathname === "/", page.url());
		is((await all(page, ".rows a")).length === 0, "it is still there");
		await page.goto(`${desk.origin}/talk?${handle}`);
		is((await text(page)).includes("no such conversation"), await text(page));
		await keepPage(page, `${name}-error`);
		const why = await team.desk("log").then(() => "two desks have one folder open", (e) => e.message);
		is(why.includes("Another sotto desk has this folder open: close it first."), why);
	});

	await on("what a source was asked stands beside the answers", async () => {
		await newcomer(page, team.url);
		await fill(page, "#text", " \u00a0\n");
		await fill(page, "#name", "Kestrel");
		await press(page, "form[action='/send'] button.main");
		is((await text(page)).includes("There was nothing to send"), await text(page));
		is((await page.$eval("#name", (e) => e.value)) === "Kestrel", "the name is gone");
		await fill(page, "[name='q-happened']", "2024-05-01");
		await fill(page, "[name='q-inside']", "Not yet");
		await press(page, "form[action='/send'] button.main");
		is((await text(page)).includes("has arrived"), await text(page));
		await page.goto(`${desk.origin}/`);
		await press(page, "form[action='/sync'] button");
		await waitFor(page, "/");
		await page.goto(`${desk.origin}/talk?${(await all(page, ".rows a"))[0]}`);
		const asked = await all(page, ".theirs dt");
		is(asked.length === 2 && asked[0] === "When did it happen? [happened]", asked.join());
		is(asked[1] === "Have you <b>reported</b> it inside? [inside]", asked.join());
		is((await all(page, ".theirs dd")).join() === "2024-05-01,Not yet", (await all(page, ".theirs dd")).join());
		await keepPage(page, `${name}-answers`);
	});

	await on("a desk that is told to end ends", async () => {
		const began = Date.now();
		await stop(desk.child);
		is(desk.child.exitCode === 0 && Date.now() - began < 4000, `${desk.child.exitCode} ${desk.child.signalCode}`);
		is(!(await team.json("inbox")).some((c) => c.handle === handle), "it came back");
	});
}

async function withDownloads(kind, downloads) {
	const got = await kind();
	return {
		async page() {
			const page = await got.page();
			if (kind === chromium) await allowSaving(page, downloads);
			return page;
		},
	};
}

// axe-core needs scripts, so it reads the same HTML from elsewhere.
async function readByAxe() {
	const axe = readFileSync("tests/node_modules/axe-core/axe.min.js", "utf8");
	const server = createServer((q, a) => {
		const css = q.url === "/style.css";
		a.setHeader("Content-Type", css ? "text/css" : "text/html; charset=utf-8");
		try {
			a.end(readFileSync(join(pages, basename(q.url))));
		} catch {
			a.statusCode = 404;
			a.end();
		}
	});
	await new Promise((go) => server.listen(0, "127.0.0.1", go));
	const { page: open } = await chromium(true);
	const page = await open();
	for (const name of readdirSync(pages).filter((n) => n.endsWith(".html")).sort())
		for (const dir of ["ltr", "rtl"])
			for (const scheme of ["light", "dark"])
				await test(`axe finds nothing on the desk's ${name.replace(".html", "")}, ${dir}, ${scheme}`, async () => {
					await page.setViewport({ width: scheme === "light" ? 320 : 1280, height: 800 });
					await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
					await page.goto(`http://127.0.0.1:${server.address().port}/${name}`);
					await page.evaluate((d) => (document.documentElement.dir = d), dir);
					for (const e of await page.$$("details")) await e.evaluate((d) => (d.open = true));
					await page.evaluate(axe);
					const { violations } = await page.evaluate(() =>
						window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
					);
					is(violations.length === 0, JSON.stringify(violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), null, 1));
					is(!(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)), "it is wider than its window");
				});
	server.close();
}

const only = process.argv[2];
if (!only || only === "chromium") await road("Chromium", (d) => withDownloads(chromium, d));
if (!only || only === "firefox") await road("Firefox", (d) => withDownloads(firefox, d));
await readByAxe();
await finish();
