// shots PAGES OUT: photograph every page in PAGES as a phone and as a laptop
// would show it, in light and dark.
import { createServer } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import puppeteer from "puppeteer-core";

const [pages, out, only] = process.argv.slice(2);
const server = createServer((q, a) => {
	const name = basename(q.url);
	a.setHeader("Content-Type", name.endsWith(".css") ? "text/css" : "text/html; charset=utf-8");
	try {
		a.end(readFileSync(join(pages, name)));
	} catch {
		a.statusCode = 404;
		a.end();
	}
});
await new Promise((go) => server.listen(0, "127.0.0.1", go));
const base = `http://127.0.0.1:${server.address().port}/`;

const browser = await puppeteer.launch({
	executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--force-color-profile=srgb", "--font-render-hinting=none"],
});
const page = await browser.newPage();
await page.setJavaScriptEnabled(false);
let wide = 0;
for (const file of readdirSync(pages).filter((f) => f.endsWith(".html") && (!only || f.includes(only))).sort()) {
	const rtl = file.includes("-rtl");
	for (const [width, dark] of rtl ? [[320, false], [1280, true]] : [[320, false], [1280, false], [320, true], [1280, true]]) {
		await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
		await page.setViewport({ width, height: width > 1000 ? 900 : 640 });
		await page.goto(base + file);
		const name = `${file.replace(".html", "")}-${width}${dark ? "-dark" : ""}.png`;
		// Beyond its window Chromium photographs short pages from right to left
		// beside the place where they are; so the window grows.
		const size = await page.screenshot({ path: join(out, name), fullPage: true, captureBeyondViewport: false });
		const view = new DataView(size.buffer, size.byteOffset);
		if (view.getUint32(16) > width) {
			console.log(`${name} is wider than its window`);
			wide++;
		}
	}
}
await browser.close();
server.close();
process.exit(wide ? 1 : 0);
