/* The page of members, and those of five steps. */
#include <limits.h>

#include "desk_get.h"

#include "desk/heard.h"
#include "desk/members.h"
#include "desk/view_members.h"
#include "team/roster_edit.h"

/* A second member with a device that nobody has yet. */
static void
add_member(uint8_t id[static DEVICE_ID_BYTES])
{
	const uint8_t seed[SIGN_SEED_BYTES] = { 0x55 };
	struct roster_member m = { { 7 }, "Front <desk>", MEMBER_VIEWER };
	struct roster *next = calloc(1, sizeof *next);
	uint8_t key[SIGN_PUBLIC_BYTES];

	OK(next != NULL);
	sign_public(key, seed);
	device_id(id, key);
	roster_begin(next, desk->roster, desk->roster_hash, day);
	OK(roster_join(next, key, &m, false) == ERR_OK);
	OK(members_sign(desk, next, team_seed) == ERR_OK);
	wipe_free(next, sizeof *next);
}

/* Its first entry comes. */
static void
comes(void)
{
	const uint8_t seed[SIGN_SEED_BYTES] = { 0x55 };
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct entry e;
	struct buf note;
	bool fresh;

	entry_init(&e);
	buf_init(&note, ENTRY_MAX);
	sign_public(key, seed);
	device_id(e.device, key);
	e.lamport = 1;
	memcpy(e.type, "lack", 5);
	OK(buf_put_str(&e.body,
	       "{\"hashes\":[\"00112233445566778899aabbccddeeff\"]}") ==
	    ERR_OK);
	OK(entry_write(&note, &e, seed) == ERR_OK);
	OK(desk_take_entry(desk, note.at, note.len, &fresh) == ERR_OK);
	OK(fresh);
	entry_drop(&e);
	buf_drop(&note);
}

static void
the_page_says_who_is_of_the_team_and_who_was_heard_of(void)
{
	char id[2 * DEVICE_ID_BYTES + 1], was[CLOCK_DATE_BYTES];
	uint8_t other[DEVICE_ID_BYTES];
	uint32_t heard = 1;

	begin_all();
	begin_page();
	add_member(other);
	get("/members");
	enc_hex(id, desk->id, sizeof desk->id);
	id[8] = '\0';
	OK(says(id) && says("this one") && says("hands out keys"));
	OK(says("first member") && says("Front &lt;desk&gt;"));
	OK(says("viewer") && says("Reads at no door"));
	OK(says("Nothing came of it yet"));
	enc_hex(id, other, sizeof other);
	id[8] = '\0';
	OK(says(id));
	OK(heard_last(&heard, desk, other) == ERR_OK && heard == 0);
	comes();
	OK(heard_keep(desk, day) == ERR_OK);
	clock_date(was, day);
	set_day(day + 3);
	OK(heard_keep(desk, day) == ERR_OK);
	again();
	page->desk = desk;
	get("/members");
	OK(says("Last heard of on") && says(was) && !says("Nothing came"));
	OK(!says("if it is lost"));
	set_day(day + 20);
	get("/members");
	OK(says("That is 23 days"));
	end_page();
}

static void
each_page_of_five_steps_has_the_commands_of_this_folder(void)
{
	char path[64], real[PATH_MAX];
	const char *name, *at;
	unsigned steps;
	size_t i = 0;

	begin_all();
	begin_page();
	OK(realpath(dir, real) != NULL);
	for (; (name = desk_how_name(i)) != NULL; i++) {
		(void)snprintf(path, sizeof path, "/how?%s", name);
		get(path);
		steps = 0;
		for (at = got; (at = strstr(at, "<li>")) != NULL; at++)
			steps++;
		OK(steps == 5 && says(real) && says("<span>sotto</span> "));
		OK(!says("<form") && !says("{1}"));
		get("/members");
		OK(says(path));
	}
	OK(i == 7);
	get("/how?nothing");
	OK(says("404") && says("no such page"));
	get("/how");
	OK(says("404"));
	end_page();
}

static void
a_folder_of_any_name_is_quoted_for_a_shell(void)
{
	char odd[160];

	begin_all();
	(void)snprintf(odd, sizeof odd, "%s/it's a \"desk\" $(x)", dir);
	OK(mkdir(odd, 0700) == 0);
	begin_page();
	memcpy(desk->dir, odd, strlen(odd) + 1);
	get("/how?passphrase");
	OK(says("/it&#39;\\&#39;&#39;s a &quot;desk&quot; $(x)&#39; "
		"<span>passphrase</span>"));
	end_page();
}

static void
refused_memory_is_said(void)
{
	struct buf out;
	uint8_t other[DEVICE_ID_BYTES];
	enum err e = ERR_NOMEM;

	begin_all();
	add_member(other);
	comes();
	for (unsigned n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = heard_keep(desk, day);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	e = ERR_NOMEM;
	for (unsigned n = 1; e != ERR_OK; n++) {
		const struct desk_frame f = { .lang = lang_find("en"),
			.team = "x" };

		buf_init(&out, DESK_PAGE_MAX);
		alloc_refuse(n);
		e = desk_view_how(&out, &f, "lost", "/x");
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		buf_drop(&out);
	}
	end_all();
}

T_BEGIN
desk_tests_begin();
T(the_page_says_who_is_of_the_team_and_who_was_heard_of)
T(each_page_of_five_steps_has_the_commands_of_this_folder)
T(a_folder_of_any_name_is_quoted_for_a_shell)
T(refused_memory_is_said)
T_END
