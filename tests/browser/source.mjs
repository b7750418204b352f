// A source in a real browser with scripting off, and the team behind the line:
// words, a message with photographs and a video, the answer with a file, and the
// end of it, in Chromium and Firefox and on a phone.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { T, all, chromium, fill, finish, firefox, is, line, newcomer, press, read, run, test, text, until } from "./lib.mjs";

const samples = "/usr/share/forensics-samples/original-files/";
const files = ["pic1/IMG_20200827_231612.jpg", "pic2/IMG_20191224_234846.jpg", "movie1/VID_20191220_170832.mp4"].map(
	(f) => samples + f,
);
const name = (path) => path.split("/").at(-1);
const team = await line();
const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function choose(page, paths) {
	const input = await page.$("#files");
	await input.uploadFile(...paths);
}

async function come_back(page, words) {
	await page.goto(team.url);
	await fill(page, "#words", words.join(" "));
	return press(page, "form[action='/read'] button");
}

// The body of the answer to a form of the page, as the browser would send it.
async function download(page, selector) {
	const form = await page.$eval(selector, (f) => [...new FormData(f)].map(([k, v]) => [k, String(v)]));
	const answer = await fetch(`${team.url}/file`, { method: "POST", body: new URLSearchParams(form) });
	is(answer.ok, `status ${answer.status}`);
	return { bytes: Buffer.from(await answer.arrayBuffer()), as: answer.headers.get("content-disposition") };
}

const found = async (sent) =>
	until("the letter", async () => {
		await team.desk("sync");
		for (const c of await team.json("inbox")) {
			const shown = JSON.parse(await team.desk("show", c.handle, "--json"));
			if (JSON.stringify(shown).includes(sent)) return { handle: c.handle, shown };
		}
		return null;
	});

for (const [which, launch, phone] of [
	["chromium", chromium, false],
	["firefox", firefox, false],
	["a phone", firefox, true],
]) {
	const { page: open } = await launch();
	const page = await open(phone);
	const asked = [];
	let words, handle;
	const message = `The north crane was never inspected. (${which}) \u20ac \u05d0`;

	await test(`a first visit is two requests and 48 KB in ${which}`, async () => {
		const hear = (r) => r.url().startsWith("data:") || asked.push(r.url());
		page.on("request", hear);
		await page.goto(team.url, { waitUntil: "load" });
		await new Promise((go) => setTimeout(go, 300));
		page.off("request", hear);
		is(asked.length === 2, asked.join(" "));
		let bytes = 0;
		for (const url of asked) bytes += (await (await fetch(url)).arrayBuffer()).byteLength;
		is(bytes <= 48000, `${bytes} bytes`);
	});

	await test(`scripts do not run in ${which}, and nothing says they do`, async () => {
		const box = await (await page.$(".scripts")).boundingBox();
		is(box === null, "the warning shows");
	});

	await test(`three files and a text are sent from ${which}`, async () => {
		words = await newcomer(page, team.url);
		await fill(page, "#text", message);
		await page.focus("#name");
		await page.keyboard.type(`crane ${which}`);
		await choose(page, files);
		await press(page, "form[action='/send'] button.main");
		const said = await text(page);
		is(said.includes("Your message has arrived"), said);
		for (const f of files) is(said.includes(name(f)), `${f} is not named`);
		is((await all(page, ".code")).length === 3, "no check codes");
	});

	await test(`the desk reads them byte for byte from ${which}`, async () => {
		const got = await found(message);
		handle = got.handle;
		const to = join(T, `saved-${which}`);
		for (const [i, f] of files.entries()) {
			await team.desk("save", handle, String(i + 1), "--to", to);
			is(sha(read(join(to, name(f)))) === sha(read(f)), f);
		}
	});

	await test(`the answer and its file are read in ${which}`, async () => {
		const answer = `Thank you, ${which}. Who signs the stickers?`;
		await team.desk("reply", handle, "--attach", files[0], { input: answer });
		await come_back(page, words);
		const said = await text(page);
		is(said.includes(answer), said);
		is(said.includes(handle), "the handle is another");
		is((await all(page, ".new")).length === 1, "it is not marked as new");
		const got = await download(page, "form[action='/file']");
		is(sha(got.bytes) === sha(read(files[0])), "the file is another");
		is(got.as.includes(name(files[0])), got.as);
	});

	await test(`four letters of each word are enough in ${which}`, async () => {
		await come_back(page, words.map((w) => w.slice(0, 4).toUpperCase()));
		is((await text(page)).includes(`Thank you, ${which}`), await text(page));
	});

	await test(`a mistyped word is named with its neighbours in ${which}`, async () => {
		const wrong = [...words];
		wrong[4] = `${wrong[4].slice(0, 3)}qx`;
		await come_back(page, wrong);
		const said = await text(page);
		is(said.includes(wrong[4]) && said.includes("Word 5"), said);
		is((await page.$eval("#words", (e) => e.value)) === wrong.join(" "), "what was typed is lost");
	});

	await test(`unknown words show nothing in ${which}`, async () => {
		const other = (await run(["tell", team.url, "--new-phrase"])).toString().trim().split(/\s+/);
		await come_back(page, other);
		is((await text(page, "h1")) === "No messages for these words", await text(page));
	});

	await test(`a source writes again, keeps a copy and sees it in ${which}`, async () => {
		await come_back(page, words);
		await press(page, "form[action='/write'] button");
		await fill(page, "#text", `The harbour master signs. (${which})`);
		await page.focus("input[name=keep]");
		await page.keyboard.press(" ");
		await press(page, "form[action='/send'] button.main");
		await press(page, "form[action='/read'] button");
		is((await text(page)).includes(`The harbour master signs. (${which})`), await text(page));
		is((await found(`The harbour master signs. (${which})`)).handle === handle, "another conversation");
	});

	await test(`a source has everything removed in ${which}`, async () => {
		await come_back(page, words);
		await press(page, "form[action='/delete'] button");
		await press(page, "form[action='/delete'] button");
		is((await text(page, "h1")) === "Removed", await text(page));
		await come_back(page, words);
		is((await text(page, "h1")) === "No messages for these words", await text(page));
	});
}

await finish();
