// Every page of a source and of the desk as it is drawn, in light and dark, on a
// phone and from right to left, read by axe-core: WCAG 2.2 A and AA.  The pages
// are written by the unit tests of the views; scripting is on here, and nowhere
// else.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { T, chromium, finish, is, test } from "./lib.mjs";

const pages = join(T, "pages");
execFileSync("sh", ["-c", `awk -f tests/lang/pseudo.awk lang/sotto.pot >"${T}/rtl.po" && msgfmt --no-hash --endianness=little -o "${T}/rtl.mo" "${T}/rtl.po"`]);
for (const [folder, name] of [
	["source", "test_view"],
	["desk", "test_desk_pages"],
]) {
	const drawer = join(process.env.B || "build/cc", "unit", name);
	execFileSync("make", ["--no-print-directory", "-s", drawer]);
	mkdirSync(join(pages, folder), { recursive: true });
	execFileSync(drawer, { env: { ...process.env, SHOTS: join(pages, folder), SHOTS_MO: join(T, "rtl.mo") } });
}
const axe = readFileSync("tests/node_modules/axe-core/axe.min.js", "utf8");

const server = createServer((q, a) => {
	const name = q.url.endsWith("/style.css") ? join(basename(join(q.headers.referer, "..")), "style.css") : q.url;
	a.setHeader("Content-Type", name.endsWith(".css") ? "text/css" : "text/html; charset=utf-8");
	try {
		a.end(readFileSync(join(pages, name)));
	} catch {
		a.statusCode = 404;
		a.end();
	}
});
await new Promise((go) => server.listen(0, "127.0.0.1", go));
const url = `http://127.0.0.1:${server.address().port}/`;

const { page: open } = await chromium(true);
const page = await open();

async function look(name, width, scheme) {
	await page.setViewport({ width, height: 800 });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
	await page.goto(url + name);
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() =>
		window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
	);
	is(violations.length === 0, JSON.stringify(violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), null, 1));
	const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
	is(!wide, `${name} is wider than ${width}`);
}

const htmlOf = (folder) =>
	readdirSync(join(pages, folder))
		.filter((n) => n.endsWith(".html"))
		.sort()
		.map((n) => join(folder, n));

for (const name of ["source", "desk"].flatMap(htmlOf))
	await test(`axe finds nothing on ${name.replace(".html", "")}`, async () => {
		await look(name, 320, "light");
		await look(name, 1280, "dark");
	});

// What a translator never sees stays English for ever.  What people wrote, and
// units, are no sentences of ours.
await test("no sentence of the desk is out of a translator's sight", async () => {
	for (const name of htmlOf("desk").filter((n) => n.includes("-rtl"))) {
		await page.goto(url + name);
		const left = await page.evaluate(() => {
			const texts = [];
			const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			while (walk.nextNode()) {
				const e = walk.currentNode.parentElement;
				if (!e.closest("bdi, time, [dir=auto], .team, .name, .rows a, h1, dt, .file, .command") && /[a-z]{3}/i.test(walk.currentNode.data)) texts.push(walk.currentNode.data);
			}
			return texts;
		});
		is(left.length === 0, `${name}: ${left.join(" | ")}`);
	}
});

await test("where scripts may run, a warning says so", async () => {
	await page.goto(`${url}source/1-start.html`);
	const shown = await page.$eval(".scripts", (e) => getComputedStyle(e).display);
	is(shown === "block", shown);
});

await test("text of twice its size fits a window of 640 pixels", async () => {
	await page.setViewport({ width: 640, height: 800 });
	for (const name of ["source/1-start.html", "source/2-words.html", "source/3-write.html", "source/5-talk.html", "desk/2-inbox-warned.html", "desk/3-talk-promising.html"]) {
		await page.goto(url + name);
		await page.evaluate(() => (document.documentElement.style.fontSize = "212%"));
		is(!(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)), name);
	}
});

server.close();
await finish();
