// A source chooses who should read, in a real browser with scripting off: the
// browser asks for the choice, it can be made with the keyboard alone, and it is
// kept until the message has gone.
import { all, chromium, fill, finish, is, line, press, test, text } from "./lib.mjs";

const team = await line("Harbour Watch", "", [
	...["--door", "Front", "--readers", "Our three editors"],
	...["--door", "Lab", "--readers", "Two of us who know machines"],
]);
const { page: open } = await chromium();
const page = await open(false);
const chosen = () => page.$eval("main", (m) => m.querySelector("input[name=door]:checked")?.parentElement.textContent ?? "");

await test("the first page names each door and its readers, and none is chosen", async () => {
	await page.goto(team.url);
	const said = await all(page, "label.choice");
	is(said.length === 2 && said[1].includes("Lab") && said[1].includes("Two of us who know machines"), said.join("|"));
	is((await chosen()) === "", await chosen());
});

await test("without a choice the browser stays where it is", async () => {
	await page.focus("form[action='/new'] button");
	await page.keyboard.press("Enter");
	await new Promise((go) => setTimeout(go, 300));
	is(await page.$("form[action='/new']"), "it went on");
});

await test("the choice is made with the keyboard and stands on the page to write on", async () => {
	await page.focus("input[name=door]");
	await page.keyboard.press("ArrowDown");
	is((await chosen()).includes("Lab"), await chosen());
	await press(page, "form[action='/new'] button");
	await press(page, "form[action='/check'] button");
	const skip = (await page.$$("form[action='/write']")).length;
	await press(page, `form[action='/write']:nth-of-type(${skip}) button, form[action='/write'] button:not(.main)`);
	is(await page.$("form[action='/send']"), await text(page));
	is((await chosen()).includes("Lab"), await chosen());
});

await test("what could not be sent keeps the choice, and what was sent goes there", async () => {
	await fill(page, "#text", " ");
	await press(page, "form[action='/send'] button.main");
	is((await text(page)).includes("There was nothing to send"), await text(page));
	is((await chosen()).includes("Lab"), await chosen());
	await fill(page, "#text", "The lathe has no guard.");
	await press(page, "form[action='/send'] button.main");
	is((await text(page)).includes("Your message has arrived"), await text(page));
	await team.desk("sync");
	const inbox = await team.json("inbox");
	is(inbox.length === 1 && inbox[0].door === "Lab", JSON.stringify(inbox));
});

await finish();
