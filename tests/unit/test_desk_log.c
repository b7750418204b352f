/* The pages of the team's log, of its check, and of the team's periods. */
#include <sys/stat.h>

#include "desk_get.h"

#include "desk/clocks.h"
#include "desk/members.h"
#include "desk/view_log.h"
#include "desk/words.h"
#include "team/roster_edit.h"

static const uint8_t other_seed[SIGN_SEED_BYTES] = { 0x55 };
static struct entry made; /* the other device's last */
static uint8_t made_hash[SHA256_BYTES];

/* A second member, with a device that only this test has. */
static void
add_member(enum member_role role)
{
	struct roster_member m = { { 7 }, "Front <desk>", role };
	struct roster *next = calloc(1, sizeof *next);
	uint8_t key[SIGN_PUBLIC_BYTES];

	OK(next != NULL);
	sign_public(key, other_seed);
	roster_begin(next, desk->roster, desk->roster_hash, day);
	OK(roster_join(next, key, &m, false) == ERR_OK);
	OK(members_sign(desk, next, team_seed) == ERR_OK);
	wipe_free(next, sizeof *next);
}

/* It makes entry `number`, which comes here. */
static void
comes(uint32_t number, const char *type, const char *body)
{
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct buf note;
	bool fresh;

	entry_init(&made);
	buf_init(&note, ENTRY_MAX);
	sign_public(key, other_seed);
	device_id(made.device, key);
	made.number = number;
	made.lamport = number + 1;
	if (number > 0)
		memcpy(made.previous, made_hash, sizeof made.previous);
	memcpy(made.type, type, strlen(type) + 1);
	OK(buf_put_str(&made.body, body) == ERR_OK);
	OK(entry_write(&note, &made, other_seed) == ERR_OK);
	sha256(made_hash, note.at, note.len);
	OK(desk_take_entry(desk, note.at, note.len, &fresh) == ERR_OK);
	OK(fresh);
	entry_drop(&made);
	buf_drop(&note);
}

#define LACK "{\"hashes\":[\"00112233445566778899aabbccddeeff\"]}"

static const char *
path_of(const char *part, const char *what)
{
	static char path[128];

	(void)snprintf(path, sizeof path, "/log?%s.%s", part, what);
	return path;
}

static void
begin_with_a_letter(void)
{
	struct writer who;

	begin_all();
	writer_make(&who, 1);
	team_send(&who, &(struct what){ .text = "The north crane", .id = 1 });
	sync_all();
	begin_page();
}

static void
the_log_says_who_did_what_with_which_conversation(void)
{
	char handle[CONV_HANDLE_BYTES];

	begin_with_a_letter();
	memcpy(handle, desk_at(desk, 0)->handle, sizeof handle);
	OK(desk_say_note(desk, desk_at(desk, 0), "secret", 6) == ERR_OK);
	post("/periods", "template=germany");
	OK(says("303") && says("/periods"));
	get("/log");
	OK(says("first member") && says("wrote a note on "));
	OK(says(handle) && says("junk 30, irrelevant 60, closed 1095"));
	OK(!says("secret") && !says("crane"));
	/* What a desk does by itself is there when asked for. */
	add_member(MEMBER_VIEWER);
	comes(0, "lack", LACK);
	get("/log");
	OK(!says("asked for entries"));
	get("/log?all");
	OK(says("asked for entries") && says("wrote a note on "));
	get(path_of("talk", handle));
	OK(says("wrote a note on ") && says(handle));
	OK(!says("set the periods") && !says("asked for entries"));
	get(path_of("talk", "not-a-handle"));
	OK(says("404"));
	end_page();
}

static void
the_log_can_be_of_one_member(void)
{
	char id[2 * MEMBER_ID_BYTES + 1];

	begin_with_a_letter();
	add_member(MEMBER_VIEWER);
	comes(0, "lack", LACK);
	OK(desk_say_note(desk, desk_at(desk, 0), "secret", 6) == ERR_OK);
	get(path_of("member", "07000000"));
	OK(says("asked for entries") && !says("wrote a note"));
	OK(says("Front &lt;desk&gt;"));
	enc_hex(id, desk_about(desk)->member, MEMBER_ID_BYTES);
	get(path_of("member", id));
	OK(says("wrote a note") && !says("asked for entries"));
	for (size_t i = 0; i < 4; i++) {
		static const char *const none[] = { "/log?member.070000",
			"/log?member.0badbad0", "/log?member", "/log?x" };

		get(none[i]);
		OK(says("404") && says("no such page"));
	}
	end_page();
}

static void
what_has_no_effect_is_shown_with_the_reason(void)
{
	begin_with_a_letter();
	get("/log?odd");
	OK(says("Nothing is without effect"));
	add_member(MEMBER_VIEWER);
	comes(0, "periods", "{\"closed\":1,\"irrelevant\":1,\"junk\":1}");
	get("/log?odd");
	OK(says("the role of its author does not allow it"));
	OK(says("set the periods") && says("Front &lt;desk&gt;"));
	get("/periods");
	OK(says("30 days") && says("60 days") && !says("1 days"));
	end_page();
}

static void
pages_of_the_log_go_on_where_the_last_one_ended(void)
{
	begin_with_a_letter();
	for (unsigned i = 0; i < 60; i++)
		OK(desk_say_note(desk, desk_at(desk, 0), "secret", 6) ==
		    ERR_OK);
	get(path_of("talk", desk_at(desk, 0)->handle));
	OK(says("Older entries") && !says("Newest entries"));
	OK(says(".50\""));
	get("/log?all.50");
	OK(says("Newest entries") && says("wrote a note"));
	get("/log?all.4000");
	OK(says("200") && says("Nothing was done"));
	get("/log?all.x");
	OK(says("404"));
	end_page();
}

static void
a_check_says_that_the_log_is_whole_or_where_it_is_not(void)
{
	begin_with_a_letter();
	get("/verify");
	OK(says("303") && says("/log"));
	post("/verify", "");
	OK(says("303") && says("/verify"));
	get("/verify");
	OK(says("The log is whole") && !says("Refresh"));
	add_member(MEMBER_EDITOR);
	comes(0, "lack", LACK);
	/* It begins again, because something has come. */
	get("/verify");
	get("/verify");
	OK(says("The log is whole") && says("Front &lt;desk&gt;"));
	made_hash[0] ^= 1;
	comes(1, "lack", LACK);
	get("/verify");
	get("/verify");
	OK(says("The log is not whole"));
	OK(says("wait for others") || says("stand on nothing"));
	end_page();
}

static void
a_long_check_says_how_far_it_is_and_can_be_stopped(void)
{
	begin_with_a_letter();
	for (unsigned i = 0; i < 400; i++)
		OK(desk_say_note(desk, desk_at(desk, 0), "secret", 6) ==
		    ERR_OK);
	post("/verify", "");
	OK(page->check.at < page->check.all);
	get("/verify");
	OK(says("Refresh: 1") && says("Entries looked at"));
	for (unsigned i = 0; page_log_turn(page); i++)
		OK(i < 100);
	get("/verify");
	OK(says("The log is whole"));
	post("/verify", "");
	post("/verify", "stop=yes");
	OK(says("/log") && page->check.list == NULL);
	end_page();
}

static void
only_periods_that_there_are_can_be_taken(void)
{
	struct periods now;

	begin_all();
	begin_page();
	post("/periods", "template=nothing");
	OK(says("400"));
	post("/periods", "");
	OK(says("400"));
	post("/periods", "template=newsroom");
	OK(says("303"));
	get("/periods");
	OK(says("Kept. The other desks hear of it"));
	clocks_periods(desk, &now);
	OK(now.junk == 30 && now.irrelevant == 30 && now.closed == 0);
	end_page();
}

static void
refused_memory_is_said(void)
{
	struct logbook_check check = { .list = NULL };
	enum err e = ERR_NOMEM;

	begin_with_a_letter();
	for (unsigned n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = logbook_check_begin(&check, desk);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && check.list == NULL));
	}
	logbook_check_drop(&check);
	logbook_check_drop(&check);
	end_page();
}

/* With it a device would take all back that it ever did. */
static void
a_second_history_from_the_first_entry_on_is_said(void)
{
	static struct logbook_device list[] = { { .member = "Front",
	    .next = 1,
	    .kept = 2,
	    .forked = true,
	    .fork = 0,
	    .named = true } };
	const struct logbook_check c = {
		.list = list, .n = 1, .at = 2, .all = 2
	};
	struct desk_frame frame;
	struct buf out;

	begin_with_a_letter();
	frame = page_frame(page, &w);
	buf_init(&out, DESK_PAGE_MAX);
	OK(desk_view_verify(&out, &frame, &c) == ERR_OK);
	OK(memmem(out.at, out.len, "from its entry 0 on", 19) != NULL);
	buf_drop(&out);
	end_page();
}

static off_t
log_bytes(void)
{
	char path[128];
	struct stat st;

	OK(snprintf(path, sizeof path, "%s/log", dir) < (int)sizeof path);
	OK(stat(path, &st) == 0);
	return st.st_size;
}

/* The n-th of a device that no roster names. */
static enum err
stranger_says(uint32_t n)
{
	static char body[8001];
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct entry en;
	struct buf note;
	bool fresh;
	enum err e;

	entry_init(&en);
	buf_init(&note, ENTRY_MAX);
	memset(body, ' ', sizeof body - 1);
	body[0] = '{';
	body[sizeof body - 2] = '}';
	sign_public(key, other_seed);
	device_id(en.device, key);
	en.number = 1;
	enc_put_u32(en.previous, n + 1);
	en.lamport = 2;
	memcpy(en.type, "given-up", 9);
	OK(buf_put_str(&en.body, body) == ERR_OK);
	OK(entry_write(&note, &en, other_seed) == ERR_OK);
	e = desk_take_entry(desk, note.at, note.len, &fresh);
	OK(fresh == (e == ERR_OK));
	entry_drop(&en);
	buf_drop(&note);
	return e;
}

/* Whoever reads the log can seal any number of them to its chain. */
static void
a_flood_of_strangers_is_not_written_either(void)
{
	struct teamlog_refused refused;
	enum err e = ERR_OK;
	size_t count;
	uint32_t n;
	off_t bytes;

	begin_all();
	for (n = 0; e == ERR_OK && n < 1000; n++)
		e = stranger_says(n);
	OK(e == ERR_TOOBIG && n > 300 && n < 600);
	bytes = log_bytes();
	count = teamlog_count(desk->log);
	for (unsigned i = 0; i < 20; i++)
		OK(stranger_says(n++) == ERR_TOOBIG);
	OK(log_bytes() == bytes && bytes < (off_t)TEAMLOG_STRANGERS * 3 / 2);
	teamlog_refused(desk->log, &refused);
	OK(refused.strangers == 21);
	again();
	OK(teamlog_count(desk->log) == count);
	teamlog_refused(desk->log, &refused);
	OK(refused.strangers == 0);
	/* A member's comes all the same. */
	add_member(MEMBER_EDITOR);
	OK(teamlog_count(desk->log) == count + 1);
	OK(log_bytes() > bytes);
	end_all();
}

T_BEGIN
desk_tests_begin();
T(the_log_says_who_did_what_with_which_conversation)
T(the_log_can_be_of_one_member)
T(what_has_no_effect_is_shown_with_the_reason)
T(pages_of_the_log_go_on_where_the_last_one_ended)
T(a_check_says_that_the_log_is_whole_or_where_it_is_not)
T(a_second_history_from_the_first_entry_on_is_said)
T(a_long_check_says_how_far_it_is_and_can_be_stopped)
T(only_periods_that_there_are_can_be_taken)
T(refused_memory_is_said)
T(a_flood_of_strangers_is_not_written_either)
T_END
