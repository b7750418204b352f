// A page of the desk that is looked at, in real browsers with scripting on: it
// says that something is new and takes nothing away; and what is said on it by
// several, with scripting off.
import { request } from "node:http";
import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { T, all, chromium, fill, finish, firefox, is, line, openDesk, press, run, stop, test, text, until } from "./lib.mjs";

const axe = readFileSync("tests/node_modules/axe-core/axe.min.js", "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What somebody else does at this desk, or what came from another desk.
function post(desk, cookie, path, fields) {
	const at = new URL(desk.origin), body = new URLSearchParams(fields).toString();
	return new Promise((go, fail) => {
		const r = request(
			{ host: "127.0.0.1", port: at.port, path, method: "POST",
				headers: { Host: at.host, Origin: desk.origin, Cookie: cookie,
					"Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length } },
			(a) => { a.resume(); a.on("end", () => go(a.statusCode)); });
		r.on("error", fail);
		r.end(body);
	});
}

const shown = (page) => page.$eval("#news a", (a) => (a.hidden ? "" : a.textContent));

async function enter(kind, desk) {
	const page = await (await kind).page();
	await page.goto(desk.address);
	await until("the inbox", async () => new URL(page.url()).pathname === "/", 60);
	const [c] = await page.cookies();
	return { page, cookie: `${c.name}=${c.value}` };
}

async function findNothing(page) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate((r) => window.axe.run(document, { runOnly: r }), rules);
	is(violations.length === 0, JSON.stringify(violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), null, 1));
}

async function road(name, kind) {
	const on = (sentence, fn) => test(`${name}: ${sentence}`, fn);
	const team = await line();
	const words = join(T, `words-${name}`);
	writeFileSync(words, await run(["tell", team.url, "--new-phrase"]));
	await run(["tell", team.url, "--phrase-file", words], "The first message.");
	await team.desk("sync");
	const [{ handle }] = await team.json("inbox");
	const desk = await openDesk(team);
	const talk = `${desk.origin}/talk?${handle}`;
	const { page, cookie } = await enter(kind, desk);

	await on("a page says that something is new, and nothing that is typed is lost", async () => {
		await page.goto(talk);
		await page.evaluate(() => { window.mark = true; });
		await page.focus("#text");
		await page.keyboard.type("Half an answer");
		is((await shown(page)) === "", "it says so before anything is");
		is((await post(desk, cookie, "/note", { handle, text: "Heard in the other room." })) === 303, "the note");
		await until("the line", async () => /something new/.test(await shown(page)));
		is(!(await text(page)).includes("other room"), "it is shown unasked");
		const at = await page.evaluate(() => [document.activeElement.id, document.activeElement.value, window.mark]);
		is(at.join() === "text,Half an answer,true", at.join());
		await page.keyboard.type(", and on.");
		await page.focus("#news a");
		await page.keyboard.press("Enter");
		await until("the note", async () => (await text(page, "#notes")).includes("Heard in the other room."));
		const after = await page.evaluate(() => [document.activeElement.id, document.querySelector("#text").value, window.mark]);
		is(after.join("|") === "news|Half an answer, and on.|true", after.join("|"));
		is((await shown(page)) === "", "it still says so");
	});

	await on("what is new a second time is said a second time", async () => {
		await post(desk, cookie, "/note", { handle, text: "And once more." });
		await until("the line", async () => /something new/.test(await shown(page)));
		await findNothing(page);
	});

	await on("a draft that somebody keeps meanwhile stands beside what is typed", async () => {
		await post(desk, cookie, "/draft", { handle, text: "Written elsewhere." });
		await page.focus("#news a");
		await page.keyboard.press("Enter");
		await until("the draft", async () => (await text(page, "#drafts")).length > 20);
		is((await page.$eval("#text", (e) => e.value)) === "Half an answer, and on.", "typed text is gone");
		await press(page, "button[formaction='/draft']");
		const said = await text(page);
		is(said.includes("nothing was sent"), said);
		is((await page.$eval("#text", (e) => e.value)) === "Half an answer, and on.", "not in the box");
		is((await text(page, "#drafts")).includes("Written elsewhere."), said);
		await findNothing(page);
	});

	if (process.env.LONG) await on("ten tabs that are looked at keep nobody from the page", async () => {
		const tabs = [];
		for (let i = 0; i < 10; i++) {
			const tab = await page.browserContext().newPage();
			await tab.goto(talk);
			tabs.push(tab);
		}
		const began = Date.now();
		await tabs[9].goto(`${desk.origin}/`);
		is((await text(tabs[9])).includes(handle) && Date.now() - began < 20000, `${Date.now() - began} ms`);
		for (const tab of tabs) await tab.close();
	});

	await on("no script but the desk's own runs on it, and none on a source's page", async () => {
		await page.goto(talk);
		const got = await page.evaluate(async () => {
			const s = document.createElement("script");
			s.textContent = "window.foreign = true";
			document.head.append(s);
			const a = await fetch(location.href);
			return [window.foreign === undefined, a.headers.get("content-security-policy")];
		});
		is(got[0] && got[1].includes("script-src 'self'") && !got[1].includes("unsafe"), got.join());
		const source = await fetch(team.url);
		const csp = source.headers.get("content-security-policy");
		is(csp.includes("default-src 'none'") && !/(script|connect)-src 'self'/.test(csp), csp);
		is(!(await source.text()).includes("<script"), "a script on a source's page");
	});

	await on("the log says who did what with a conversation, and is checked", async () => {
		await page.goto(talk);
		await press(page, `a[href='/log?talk.${handle}']`);
		const said = await text(page);
		is(said.includes("wrote a note on") && said.includes("first member") && !said.includes("other room"), said);
		await findNothing(page);
		await press(page, "form[action='/verify'] button");
		await until("the end of the check", async () => (await text(page)).includes("The log is whole"));
		await findNothing(page);
		await press(page, "header a[href='/register']");
		await press(page, "main a[href='/periods']");
		await page.focus("input[value='newsroom']");
		await page.keyboard.press(" ");
		await press(page, "form[action='/periods'] button");
		is((await text(page)).includes("Kept."), await text(page));
		is((await text(page, ".pairs")).split("for ever").length === 3, await text(page, ".pairs"));
	});

	await on("the desk ends while it is looked at", async () => {
		const began = Date.now();
		await stop(desk.child);
		is(desk.child.exitCode === 0 && Date.now() - began < 4500, `${desk.child.exitCode} ${desk.child.signalCode}`);
	});

	if (name !== "Chromium") return;
	await on("without a script there is a link, and everything works", async () => {
		const again = await openDesk(team);
		const { page: plain } = await enter(chromium(), again);
		await plain.goto(`${again.origin}/talk?${handle}`);
		is((await text(plain, "#news a")) === "Look for something new", await text(plain, "#news"));
		await plain.$eval("#note", (e) => { e.closest("details").open = true; });
		await fill(plain, "#note", "Without a script.");
		await press(plain, "form[action='/note'] button");
		is((await text(plain, "#notes")).includes("Without a script."), await text(plain));
		is((await all(plain, "article.ours")).length === 0, "a note was sent to the source");
		await stop(again.child);
	});
}

const only = process.argv[2];
if (!only || only === "chromium") await road("Chromium", chromium(true));
if (!only || only === "firefox") await road("Firefox", firefox(true));
await finish();
