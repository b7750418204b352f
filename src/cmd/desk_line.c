#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "http/host.h"
#include "team/certificate.h"
#include "tell/address.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"

#define KEPT_MAX 1024U

static const char no_address[] =
    "That is no address of a line: write http://HOST:PORT, with or without "
    "#FINGERPRINT, and --socks ADDR:PORT.";

/* "LINE\nDESK-LINE\nSOCKS\n", the last that was given. */
static enum err
recall(struct desk_cmd *c, struct buf *kept)
{
	const char **to[] = { &c->line, &c->desk_line, &c->socks };
	char *at, *end;
	enum err e;

	if ((e = desk_recall(c->desk, "address", kept)) != ERR_OK)
		return e;
	if (buf_str(kept) == NULL)
		return ERR_NOMEM;
	at = (char *)kept->at;
	for (size_t i = 0; i < COUNT(to); i++) {
		if ((end = strchr(at, '\n')) == NULL)
			return ERR_FORMAT;
		*end = '\0';
		if (*to[i] == NULL && at[0] != '\0')
			*to[i] = at;
		at = end + 1;
	}
	return c->line == NULL ? ERR_NOTHING : ERR_OK;
}

static enum err
remember(struct desk_cmd *c)
{
	char text[KEPT_MAX];
	int n = snprintf(text, sizeof text, "%s\n%s\n%s\n", c->line,
	    c->desk_line == NULL ? "" : c->desk_line,
	    c->socks == NULL ? "" : c->socks);

	if (n < 0 || (size_t)n >= sizeof text)
		return ERR_TOOBIG;
	return desk_remember(c->desk, "address", text);
}

/* Through Tor, wherever that is needed; and a word about where it is not used
 * although the line is on another machine. */
static enum err
choose_way(struct desk_cmd *c)
{
	const char *both[] = { c->line, c->desk_line };
	bool away = false, onion = false;
	struct host host;
	enum err e;

	for (size_t i = 0; i < COUNT(both) && both[i] != NULL; i++) {
		if ((e = host_read(&host, both[i])) != ERR_OK)
			return e;
		onion |= host.onion;
		away |= !host.loopback;
	}
	if (c->socks == NULL && onion)
		c->socks = CMD_TOR;
	if (c->socks == NULL && away)
		fputs("sotto: This goes without Tor: the network sees who "
		      "asks this line.\n",
		    stderr);
	return ERR_OK;
}

static enum err
open_reach(struct desk_cmd *c)
{
	const struct reach_opts opts = {
		.line_id = desk_about(c->desk)->line,
		.access_seed = desk_access_seed(c->desk),
		.line = c->line,
		.desk_line = c->desk_line,
		.socks = c->socks,
	};

	return reach_open(&c->reach, &opts);
}

/* The address as sources get it, URL#F: F must be our own team's.  `a` holds
 * what c->line is then.  False: said why. */
static bool
check_print(struct desk_cmd *c, struct address *a)
{
	char ours[TEAM_PRINT_BYTES];
	char said[160];

	if (c->line == NULL || strchr(c->line, '#') == NULL)
		return true;
	if (address_read(a, c->line) != ERR_OK) {
		desk_cmd_say(no_address);
		return false;
	}
	team_print(ours, desk_about(c->desk)->team);
	if (strcmp(a->f, ours) != 0) {
		(void)snprintf(said, sizeof said,
		    "That address is another team's: this desk's fingerprint "
		    "is #%s. Check where it comes from.",
		    ours);
		desk_cmd_say(said);
		return false;
	}
	c->line = a->base;
	return true;
}

bool
desk_cmd_reach(struct desk_cmd *c)
{
	const bool given =
	    c->line != NULL || c->desk_line != NULL || c->socks != NULL;
	struct address address;
	struct buf kept;
	bool good = false;
	enum err e;

	buf_init(&kept, KEPT_MAX);
	if (!check_print(c, &address))
		goto out;
	/* Another line is another address altogether; the rest may be changed
	 * alone. */
	if (c->line == NULL && recall(c, &kept) != ERR_OK) {
		desk_cmd_say("Say where the line is: --line http://HOST:PORT.");
		goto out;
	}
	if ((e = choose_way(c)) == ERR_OK)
		e = open_reach(c);
	if (e == ERR_VERSION)
		desk_cmd_say("There is no libcurl on this machine: install "
			     "libcurl4.");
	else if (e != ERR_OK)
		desk_cmd_say(no_address);
	else if (given && remember(c) != ERR_OK)
		desk_cmd_failed(ERR_IO, "");
	else
		good = true;
out:
	/* What was recalled is borrowed no longer. */
	c->line = c->desk_line = c->socks = NULL;
	buf_drop(&kept);
	return good;
}
