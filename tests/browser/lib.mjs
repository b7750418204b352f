// What the browser tests share: a line and a desk in a temporary folder, real
// browsers driven over WebDriver BiDi with scripting off, and tests whose names
// are sentences.  Everything that was started is ended by its id.
import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import puppeteer from "puppeteer-core";

export const B = resolve(process.env.B || "build/cc");
export const sotto = join(B, "sotto");
export const T = mkdtempSync(join(tmpdir(), "sotto-browser-"));
const passphrase = join(T, "passphrase");
writeFileSync(passphrase, "correct horse battery staple\n");

const ends = []; // what is to be ended, last first
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

export async function finish() {
	for (const end of ends.reverse()) {
		try {
			await end();
		} catch (e) {
			console.error(e);
		}
	}
	rmSync(T, { recursive: true, force: true });
	process.exit(failed ? 1 : 0);
}
process.on("SIGTERM", async () => {
	console.log("not ok the tests end in their time");
	failed++;
	await finish();
});
process.on("uncaughtException", async (e) => {
	console.error(e);
	console.log("not ok an error that nobody expected");
	failed++;
	await finish();
});

export async function until(what, fn, seconds = 30, every = 50) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const got = await fn().catch(() => null);
		if (got) return got;
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await new Promise((go) => setTimeout(go, every));
	}
}

function free(port = 0) {
	return new Promise((go, fail) => {
		const s = createServer();
		s.on("error", fail);
		s.listen(port, "127.0.0.1", () => {
			const got = s.address().port;
			s.close(() => go(got));
		});
	});
}

// A port whose next one is free too: the line takes both.
async function freePair() {
	for (;;) {
		const port = await free();
		try {
			await free(port + 1);
			return port;
		} catch {}
	}
}

export function run(args, input = "") {
	return new Promise((go, fail) => {
		const child = execFile(sotto, args, { encoding: "buffer", maxBuffer: 1 << 28 }, (e, out, err) =>
			e ? fail(new Error(`sotto ${args.join(" ")}: ${err}`)) : go(out),
		);
		child.stdin.on("error", () => {}); // it may end without reading
		child.stdin.end(input);
	});
}

export function stop(child) {
	return new Promise((go) => {
		if (child.exitCode !== null || child.signalCode !== null) return go();
		child.on("exit", go);
		child.kill("SIGTERM");
		setTimeout(() => child.kill("SIGKILL"), 5000).unref();
	});
}

// A team of one with its line, which runs; with lines more in its settings.
export async function line(name = "Harbour Watch", settings = "", doors = []) {
	const dir = join(T, `team${ends.length}`);
	const port = await freePair();
	await run(["init", dir, "--name", name, "--passphrase-file", passphrase, ...doors]);
	appendFileSync(join(dir, "line/settings"), settings);
	const url = `http://127.0.0.1:${port}`;
	const serve = spawn(sotto, ["serve", join(dir, "line"), "--listen", `127.0.0.1:${port}`], {
		stdio: ["ignore", "inherit", "inherit"],
	});
	ends.push(() => stop(serve));
	await until("the line", () => fetch(`${url}/style.css`).then((a) => a.ok));
	const desk = (verb, ...rest) => {
		const input = rest.length && typeof rest.at(-1) === "object" ? rest.pop().input : "";
		const to = verb === "sync" || verb === "reply" ? ["--line", url] : [];
		return run(["desk", join(dir, "desk"), ...to, "--passphrase-file", passphrase, verb, ...rest], input);
	};
	return { dir, url, serve, desk, json: async (...args) => JSON.parse(await desk(...args, "--json")) };
}

// `sotto desk DIR` in the folder of this line; its address as it prints it.
export async function openDesk(team) {
	const child = spawn(
		sotto,
		["desk", join(team.dir, "desk"), "--line", team.url, "--passphrase-file", join(T, "passphrase"), "--no-browser"],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	ends.push(() => stop(child));
	let said = "";
	child.stdout.on("data", (d) => (said += d));
	const address = await until("the desk's address", async () => said.match(/http:\/\/\S+\/open\?\S+/)?.[0]);
	return { child, address, origin: new URL(address).origin };
}

async function launch(options, scripts) {
	const browser = await puppeteer.launch({ protocol: "webDriverBiDi", headless: true, protocolTimeout: 60000, ...options });
	ends.push(() => browser.close());
	return {
		browser,
		async page(phone = false) {
			const context = await browser.createBrowserContext();
			const page = await context.newPage();
			page.setDefaultTimeout(60000);
			if (!scripts && options.browser !== "firefox") await page.setJavaScriptEnabled(false);
			if (phone) await page.setViewport({ width: 360, height: 640, isMobile: false });
			return page;
		},
	};
}

export const chromium = (scripts = false) =>
	launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] }, scripts);

export const firefox = (scripts = false) => {
	const downloads = join(T, "downloads");
	return launch(
		{
			browser: "firefox",
			executablePath: "/usr/bin/firefox-esr",
			extraPrefsFirefox: {
				"javascript.enabled": scripts,
				"browser.download.folderList": 2,
				"browser.download.dir": downloads,
				"browser.download.always_ask_before_handling_new_types": false,
				// The panel that a download opens takes the next key that is pressed.
				"browser.download.alwaysOpenPanel": false,
				"network.captive-portal-service.enabled": false,
			},
		},
		scripts,
	);
};

// Where Chromium saves; Firefox is told when it starts.
export async function allowSaving(page, downloads) {
	const cdp = await page.createCDPSession();
	await cdp.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: downloads });
}

// Press a button as somebody without a mouse would, and wait for the next page.
export async function press(page, selector, timeout = 60000) {
	await page.focus(selector);
	const [answer] = await Promise.all([page.waitForNavigation({ timeout }), page.keyboard.press("Enter")]);
	return answer;
}

export const text = (page, selector = "main") => page.$eval(selector, (e) => e.textContent);
// Not $$eval(): it waits for promises, which Firefox never keeps without scripts.
export const all = (page, selector) =>
	page.$eval("main", (m, s) => [...m.querySelectorAll(s)].map((e) => e.textContent), selector);

// Put a text where it would take minutes to type it.
export const fill = (page, selector, value) =>
	page.$eval(
		selector,
		(e, v) => {
			e.value = v;
		},
		value,
	);

// Start, words, three of them, and the page to write on.  Returns the words.
export async function newcomer(page, url) {
	await page.goto(url);
	await press(page, "form[action='/new'] button");
	const words = await all(page, ".words li");
	is(words.length === 9, `${words.length} words`);
	await press(page, "form[action='/check'] button");
	const places = await page.$eval("input[name=places]", (e) => e.value);
	for (const [i, place] of [...places].entries()) {
		await page.focus(`#w${i + 1}`);
		await page.keyboard.type(words[place - 1]);
	}
	await press(page, "form[action='/write'] button.main");
	is(await page.$("form[action='/send']"), "no page to write on");
	return words;
}

export const read = (path) => readFileSync(path);
