#include <stdio.h>

#include "base/wipe.h"
#include "desk/browser.h"
#include "desk/notice.h"
#include "desk/page.h"
#include "lang/lang.h"

#include "cmd/cmd.h"
#include "cmd/desk_page.h"
#include "cmd/end.h"
#include "cmd/look_pages.h"

#define TURN_MS 250U

/* For whoever opens the address with a browser of their own. */
static void
say_address(const char *address)
{
	printf("The desk is open at this address; it works once:\n\n  %s\n\n"
	       "Open it in a private window. What an ordinary window shows "
	       "stays in its\nhistory, its cache and its session file. Ctrl-C "
	       "ends the desk.\n",
	    address);
	(void)fflush(stdout);
}

static const char *
why_no_window(enum err e)
{
	if (e == ERR_MISSING)
		return "There is no $XDG_RUNTIME_DIR of your own, in which a "
		       "window would leave nothing on the disk.";
	if (e == ERR_NOTHING)
		return "There is no Firefox and no Chromium on this machine.";
	return "A browser could not be started.";
}

/* Told to end, or the window was closed. */
static bool
is_over(void *with)
{
	struct browser *browser = with;

	return end_is_here() ||
	    (browser->dir[0] != '\0' && browser_has_ended(browser));
}

/* No more than that: others see it, and desktops keep it. */
static void
say_news(void *with)
{
	(void)with;
	notice_show(
	    lang_text(lang_find("en"), LANG_N("There is something new.")));
}

static int
serve(struct page *page, struct browser *browser)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && !is_over(browser)) {
		e = page_turn(page, TURN_MS);
		if (page_is_entered(page))
			browser_arrived(browser);
	}
	if (e != ERR_OK)
		return cmd_fail(e, "the desk's page cannot be served", NULL);
	return CMD_DONE;
}

int
desk_page(struct desk *desk, struct reach *reach, const struct desk_shown *how)
{
	char address[GUARD_LINE_BYTES];
	struct browser browser;
	const struct page_opts opts = { .desk = desk,
		.reach = reach,
		.every = how->every,
		.asked_only = how->every == 0,
		.is_over = is_over,
		.news = say_news,
		.pages = &look_pages,
		.with = &browser };
	struct page *page;
	int status;
	enum err e;

	end_hear();
	browser_init(&browser);
	if ((e = page_open(&page, &opts)) != ERR_OK)
		return cmd_fail(e, "the desk's page cannot be opened", NULL);
	page_address(page, address);
	if (how->window && (e = browser_start(&browser, address)) != ERR_OK)
		fprintf(stderr, "sotto: %s\n", why_no_window(e));
	if (!how->window || e != ERR_OK)
		say_address(address);
	wipe(address, sizeof address);
	status = serve(page, &browser);
	browser_drop(&browser);
	page_close(page);
	return status;
}
