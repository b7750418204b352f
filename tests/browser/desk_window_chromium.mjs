// The same window in Chromium, which opens it where there is no Firefox.  It
// will not run as root, so that the member is somebody else then.
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { T, finish, is, stop, test, until } from "./lib.mjs";
import { canary, folders, killAll, leftovers, member, openDesk, opened, seen } from "./lib-window.mjs";

const NOBODY = 65534;
const at = await member(process.getuid() === 0 ? NOBODY : null);

// A machine without Firefox.  Its Chromium is called as the desk calls it, and
// with a port through which this test looks into the window; what number that
// has stands in the throw-away folder.
const programs = join(T, "bin");
mkdirSync(programs);
for (const name of readdirSync("/usr/bin")) if (!/^(firefox|chromium)/.test(name)) symlinkSync(join("/usr/bin", name), join(programs, name));
writeFileSync(join(programs, "chromium"), '#!/bin/sh\nexec /usr/bin/chromium --remote-debugging-port=0 "$@"\n', { mode: 0o755 });
const env = { XDG_RUNTIME_DIR: at.runtime, PATH: programs };

let address, desk;
await test("the window of a desk reaches the inbox by itself in Chromium", async () => {
	desk = openDesk(at, env);
	address = await opened(at, desk);
});

await test("it shows a conversation and takes what is typed in Chromium", async () => {
	const [port, path] = await until("the port", async () => readFileSync(join(at.runtime, folders(at)[0], "DevToolsActivePort"), "utf8").split("\n"));
	const browser = await puppeteer.connect({ browserWSEndpoint: `ws://127.0.0.1:${port}${path}`, defaultViewport: null });
	const page = await until("the page", async () => (await browser.pages()).find((p) => p.url().startsWith(new URL(address).origin)));
	await until("the inbox", async () => new URL(page.url()).pathname === "/");
	const [, all] = await Promise.all([page.waitForNavigation(), page.click(".rows a")]);
	is((await page.content()).includes(canary.letter), `not the conversation: ${all}`);
	await page.focus("#text");
	await page.keyboard.type(canary.typed);
	await until("what was typed", () => seen(desk, canary.typed));
	await browser.disconnect();
});

await test("after a kill of desk and Chromium nothing is found in home and temporary folders", async () => {
	await killAll(desk);
	const found = leftovers(at, address);
	is(found.length === 0, found.join("\n"));
});

await test("the next desk removes what the killed Chromium left", async () => {
	const before = folders(at);
	is(before.length === 1, `${before.length} folders`);
	desk = openDesk(at, env);
	await until("the old folder to go", async () => folders(at).length === 1 && folders(at)[0] !== before[0]);
	await opened(at, desk);
	await stop(desk.child);
	is(desk.child.exitCode === 0, `${desk.child.exitCode} ${desk.child.signalCode} ${desk.said.err}`);
	is(folders(at).length === 0, folders(at).join());
});

await stop(at.screen.child);
await finish();
