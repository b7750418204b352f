// The window that a desk opens by itself: it reaches the inbox, and after a
// kill -9 of browser and desk nothing of it is found on any disk.
import { connect } from "node:net";
import { finish, is, stop, test, until } from "./lib.mjs";
import { canary, children, folders, killAll, leftovers, member, openDesk, opened, seen } from "./lib-window.mjs";

const at = await member();

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

let address, desk;
await test("the window of a desk reaches the inbox by itself", async () => {
	desk = openDesk(at, { XDG_RUNTIME_DIR: at.runtime, MOZ_MARIONETTE: "1" });
	address = await opened(at, desk);
});

await test("it shows a conversation and takes what is typed", async () => {
	const ask = await marionette();
	await ask("WebDriver:NewSession");
	const find = async (value) => Object.values(await ask("WebDriver:FindElement", { using: "css selector", value }))[0];
	await until("the inbox", async () => new URL(await ask("WebDriver:GetCurrentURL")).pathname === "/");
	await ask("WebDriver:ElementClick", { id: await find(".rows a") });
	await until("the conversation", async () => (await ask("WebDriver:GetPageSource")).includes(canary.letter));
	await ask("WebDriver:ElementSendKeys", { id: await find("#text"), text: canary.typed });
	await until("what was typed", () => seen(desk, canary.typed));
});

await test("after a kill of desk and browser nothing is found in home and temporary folders", async () => {
	await killAll(desk);
	const found = leftovers(at, address);
	is(found.length === 0, found.join("\n"));
});

await test("the next desk removes what the killed one left", async () => {
	const before = folders(at);
	is(before.length === 1, `${before.length} folders`);
	desk = openDesk(at, { XDG_RUNTIME_DIR: at.runtime });
	await until("the old folder to go", async () => folders(at).length === 1 && folders(at)[0] !== before[0]);
	await until("the window", async () => children(desk.child.pid).length > 0);
	await stop(desk.child);
	is(desk.child.exitCode === 0, `${desk.child.exitCode} ${desk.child.signalCode}`);
	is(folders(at).length === 0, folders(at).join());
});

for (const [why, env] of [
	["without a folder in memory", {}],
	["where that folder is open to others", { XDG_RUNTIME_DIR: "/tmp" }],
	["without a browser", { XDG_RUNTIME_DIR: at.runtime, PATH: "/nonexistent" }],
])
	await test(`${why} the address is said, and what that costs`, async () => {
		const d = openDesk(at, env);
		await until("the address", async () => /http:\/\/\S+\/open\?/.test(d.said.out));
		is(/private window/.test(d.said.out) && d.said.err.includes("There is no"), d.said.out + d.said.err);
		await stop(d.child);
		is(d.child.exitCode === 0, String(d.child.exitCode));
		is(folders(at).length === 0, folders(at).join());
	});

await stop(at.screen.child);
await finish();
