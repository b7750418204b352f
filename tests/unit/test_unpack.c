/* A desk that is there takes in what another packed for it. */
#include "desk/members.h"
#include "desk_unpack.h"
#include "team/roster_edit.h"

static void
a_desk_that_was_away_longer_than_the_line_keeps_has_all_again(void)
{
	struct writer w;

	two_desks();
	live();
	the_line_forgets_all();
	OK(pack(desk, other) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(said.conversations == 2 && said.parts == 2 && said.entries > 5);
	OK(strcmp(said.member, "second") == 0 && said.role == MEMBER_EDITOR);
	OK(!unpack_is_begun(other_dir));
	has_all();
	open_other();
	has_all();
	writer_make(&w, 3);
	send(&w, &(struct what){ .text = "what comes then", .id = 9 });
	sync_both();
	OK(desk_count(other) == 3);
	reply(other, "and goes");
	sync_both();
	are_alike();
	end_two();
}

static uint64_t bytes;

static int
add_size(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	const char *name = path + at->base;

	(void)kind;
	if (strcmp(name, "log") == 0 || strcmp(name, "team") == 0 ||
	    strstr(path, "/c/") != NULL || strstr(path, "/p/") != NULL)
		bytes += (uint64_t)st->st_size;
	return 0;
}

/* Of rosters, log, words and parts. */
static uint64_t
bytes_in_all(const char *folder)
{
	bytes = 0;
	OK(nftw(folder, add_size, 8, FTW_PHYS) == 0);
	return bytes;
}

static void
twice_is_once(void)
{
	uint64_t n;

	two_desks();
	live();
	OK(pack(desk, other) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	has_all();
	n = bytes_in_all(other_dir);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(said.entries == 0 && said.parts == 0);
	OK(bytes_in_all(other_dir) == n);
	has_all();
	/* What came by the line is not doubled by a pack either. */
	sync_both();
	OK(pack(desk, other) == ERR_OK);
	n = bytes_in_all(other_dir);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(said.entries == 0 && bytes_in_all(other_dir) == n);
	has_all();
	end_two();
}

/* An old pack is taken in late. */
static void
nothing_older_takes_the_place_of_something_newer(void)
{
	uint8_t once[AGE_SEED_BYTES];
	struct ring was, *r;

	two_desks();
	live();
	OK(pack(desk, other) == ERR_OK);
	r = &other->vault->ring;
	memcpy(once, r->once[r->once_n - 1], sizeof once);
	sync_both();
	OK(desk_set_junk(desk, desk_at(desk, 1), false) == ERR_OK);
	OK(desk_set_terms(desk, desk_at(desk, 0), 2, "", "somebody") == ERR_OK);
	OK(desk_set_terms(other, desk_at(other, 0), 2, "", "somebody") ==
	    ERR_OK);
	set_day(day + 1);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_both();
	for (unsigned i = 0; i < 6; i++) {
		set_day(day + 2);
		sync_both();
	}
	/* As if this desk had not yet forgotten the key of it. */
	memcpy(r->once[0], once, sizeof once);
	was = *r;
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(said.entries == 0);
	OK(r->chains_n == was.chains_n && r->voices_n == was.voices_n);
	OK(ring_first(r) == ring_first(&was));
	OK(memcmp(r->voices, was.voices, sizeof was.voices) == 0);
	are_alike();
	OK(!desk_at(other, 1)->junk && desk_at(other, 0)->level == 2);
	OK(strcmp(desk_at(other, 0)->label, "somebody") == 0);
	open_other();
	are_alike();
	OK(desk_at(other, 0)->level == 2);
	ring_drop(&was);
	end_two();
}

static void
who_became_an_admin_gets_the_lines_keys(void)
{
	struct roster_come come;
	struct roster *next;

	two_desks();
	come = members_come(desk);
	next = calloc(1, sizeof *next);
	OK(next != NULL);
	roster_begin(next, desk->roster, desk->roster_hash, day);
	OK(roster_set_role(next, other->about.member, MEMBER_ADMIN, &come) ==
	    ERR_OK);
	OK(members_sign(desk, next, team_seed) == ERR_OK);
	wipe_free(next, sizeof *next);
	OK(pack(desk, other) == ERR_OK);
	OK(!other->vault->has_line);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(said.role == MEMBER_ADMIN && desk_role(other) == MEMBER_ADMIN);
	OK(other->vault->has_line);
	OK(memcmp(other->vault->line_key, desk->vault->line_key, 32) == 0);
	OK(memcmp(other->vault->purge, desk->vault->purge, 32) == 0);
	open_other();
	OK(other->vault->has_line && other->roster->serial == 3);
	sync_both();
	are_alike();
	end_two();
}

/* Else no key note to come were taken any more. */
static void
a_pack_says_no_key_note_that_no_admin_did(void)
{
	uint32_t was = 0, serial = 0;

	two_desks();
	sync_both();
	OK(desk_recall_num(other, "serial", &was) == ERR_OK);
	OK(desk_remember_num(desk, "serial", UINT32_MAX) == ERR_OK);
	OK(pack(desk, other) == ERR_OK);
	OK(desk_remember_num(desk, "serial", was) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(desk_recall_num(other, "serial", &serial) == ERR_OK);
	OK(serial == was);
	sync_both();
	OK(report.stop == SYNC_GOES);
	end_two();
}

static void
what_was_deleted_here_is_not_brought_back(void)
{
	two_desks();
	live();
	sync_both();
	OK(pack(desk, other) == ERR_OK);
	/* It goes from both. */
	OK(desk_delete(desk, desk_at(desk, 0)) == ERR_OK);
	sync_both();
	OK(desk_count(other) == 1);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	OK(said.conversations == 1 && said.parts == 0);
	OK(desk_count(other) == 1);
	open_other();
	OK(desk_count(other) == 1);
	end_two();
}

static void
what_is_not_for_this_desk_or_is_altered_changes_nothing(void)
{
	static const struct welcome_ask no = { nothing_to_ask, &said };
	struct buf whole;
	uint64_t n;

	two_desks();
	live();
	OK(pack(other, desk) == ERR_OK);
	n = bytes_in_all(other_dir);
	OK(unpack_take(&said, other, file, &yes) == ERR_NOKEY);
	OK(pack(desk, other) == ERR_OK);
	OK(unpack_take(&said, other, file, &no) == ERR_CLOSED);
	buf_init(&whole, 64U << 20);
	OK(file_read(&whole, file) == ERR_OK);
	whole.at[whole.len - 1] ^= 1;
	OK(file_write(file, whole.at, whole.len, 0600) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_FORGED);
	whole.at[whole.len - 1] ^= 1;
	OK(file_write(file, whole.at, whole.len - 70000, 0600) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_SHORT ||
	    unpack_take(&said, other, file, &yes) == ERR_FORGED);
	/* Another salt: not this team's words. */
	other->vault->salt[0] ^= 1;
	OK(file_write(file, whole.at, whole.len, 0600) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_FORGED);
	other->vault->salt[0] ^= 1;
	other->about.line[0] ^= 1;
	OK(unpack_take(&said, other, file, &yes) == ERR_TAKEN);
	other->about.line[0] ^= 1;
	OK(bytes_in_all(other_dir) == n && desk_count(other) == 0);
	OK(!unpack_is_begun(other_dir));
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	has_all();
	buf_drop(&whole);
	end_two();
}

static void
refused_memory_is_as_before_or_goes_on(void)
{
	enum err e = ERR_NOMEM;

	two_desks();
	live();
	OK(pack(desk, other) == ERR_OK);
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / 4) {
		alloc_refuse(n);
		e = unpack_take(&said, other, file, &yes);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		if (unpack_is_begun(other_dir)) {
			open_other();
			e = ERR_OK;
		}
	}
	has_all();
	end_two();
}

/* An announcement that says to be months old: who gets it in a pack, an admin
 * even, whose word counts at once, has a week like everybody. */
static void
what_a_pack_announces_has_its_week_too(void)
{
	struct effect f = { .kind = EFFECT_ANNOUNCE };
	struct writer w;
	struct buf body;

	begin_team();
	join(MEMBER_ADMIN);
	sync_both();
	(void)snprintf(file, sizeof file, "%s.pack", dir);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_both();
	memcpy(f.conversation, desk_at(desk, 0)->id, 16);
	f.day = 1;
	f.before = day + 1;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(desk, "announce", &body) == ERR_OK);
	buf_drop(&body);
	OK(pack(desk, other) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	sync_one(other);
	sync_one(desk);
	OK(desk_count(other) == 1 && desk_count(desk) == 1);
	end_two();
}

/* As after a disk that was full: days go by before there is room. */
static void
what_waits_to_be_taken_in_keeps_its_key(void)
{
	char path[FILE_PATH_MAX];
	uint8_t once[AGE_SEED_BYTES];
	struct buf whole;

	two_desks();
	live();
	OK(pack(desk, other) == ERR_OK);
	memcpy(once, other->vault->ring.once[other->vault->ring.once_n - 1],
	    sizeof once);
	buf_init(&whole, 64U << 20);
	OK(file_read(&whole, file) == ERR_OK);
	OK(file_path(path, sizeof path, other_dir, UNPACK_FILE) == ERR_OK);
	OK(file_write(path, whole.at, whole.len, 0600) == ERR_OK);
	buf_drop(&whole);
	set_day(day + 1);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_both();
	for (unsigned i = 0; i < 6; i++) {
		set_day(day + 2);
		sync_both();
	}
	OK(unpack_is_begun(other_dir));
	OK(memcmp(other->vault->ring.once[0], once, sizeof once) == 0);
	open_other();
	OK(!unpack_is_begun(other_dir));
	set_day(day + 1);
	sync_both();
	OK(memcmp(other->vault->ring.once[0], once, sizeof once) != 0);
	end_two();
}

T_BEGIN
desk_tests_begin();
T(what_waits_to_be_taken_in_keeps_its_key)
T(what_a_pack_announces_has_its_week_too)
T(a_desk_that_was_away_longer_than_the_line_keeps_has_all_again)
T(twice_is_once)
T(nothing_older_takes_the_place_of_something_newer)
T(who_became_an_admin_gets_the_lines_keys)
T(a_pack_says_no_key_note_that_no_admin_did)
T(what_was_deleted_here_is_not_brought_back)
T(what_is_not_for_this_desk_or_is_altered_changes_nothing)
T(refused_memory_is_as_before_or_goes_on)
T_END
