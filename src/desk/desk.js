// The one script of the desk's page.  It hears from the desk that something
// new is to be seen on this page, and says so; it never shows it by itself, so
// that nothing jumps and nothing that is being typed is lost.  Without it there
// is a link.
"use strict";
(() => {
	const line = document.getElementById("news");
	if (!line || !window.EventSource) return;
	const link = line.querySelector("a");
	// What is shown anew; a part in which somebody has typed stays.
	const parts = ["letters", "notes", "assigned", "promised", "answering", "drafts", "rows", "tabs"];
	let seen = line.dataset.now;
	let stream = null;

	const hide = () => { link.hidden = true; };
	const say = () => {
		line.replaceChildren(link);
		link.textContent = line.dataset.new;
		link.hidden = false;
		line.classList.add("is-new");
	};
	const hear = (event) => {
		if (event.data === seen) return;
		seen = event.data;
		say();
	};
	// One stream at most, and none for a page that nobody looks at.
	const listen = () => {
		if (document.hidden || stream) {
			if (document.hidden && stream) { stream.close(); stream = null; }
			return;
		}
		stream = new EventSource(line.dataset.watch);
		stream.onmessage = hear;
	};
	const isTouched = (part) => part.contains(document.activeElement) ||
		[...part.querySelectorAll("textarea, input")].some((e) =>
			e.type === "file" ? e.files.length > 0
			: e.type === "checkbox" || e.type === "radio" ? e.checked !== e.defaultChecked
			: e.type !== "hidden" && e.value !== e.defaultValue);
	const show = async (event) => {
		event.preventDefault();
		const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
		if (!answer || !answer.ok) { location.assign(link.href); return; }
		const next = new DOMParser().parseFromString(await answer.text(), "text/html");
		for (const id of parts) {
			const old = document.getElementById(id), fresh = next.getElementById(id);
			if (old && fresh && !isTouched(old)) old.replaceWith(document.importNode(fresh, true));
		}
		const told = next.getElementById("news");
		if (told) seen = told.dataset.now;
		line.classList.remove("is-new");
		line.replaceChildren(link, line.dataset.shown);
		hide();
		line.focus();
	};

	hide();
	link.addEventListener("click", show);
	document.addEventListener("visibilitychange", listen);
	window.addEventListener("pagehide", () => { if (stream) stream.close(); stream = null; });
	window.addEventListener("pageshow", listen);
	listen();
})();
