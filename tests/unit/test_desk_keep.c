/* Who fetches files: desks that keep them, and others when they are asked. */
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "desk/days.h"
#include "desk/keep.h"
#include "desk/sync_files.h"
#include "desk_many.h"
#include "desk_newcomer.h"
#include "disk.h"
#include "team/roster_edit.h"

static bool disk_is_full;

int statvfs(const char *path, struct statvfs *v);

int
statvfs(const char *path, struct statvfs *v)
{
	REAL(statvfs)
	const int got = real(path, v);

	if (disk_is_full)
		v->f_bavail = 100;
	return got;
}

static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_EDITOR };

#define FILM (2 * PART_PLAIN + 5)

static uint8_t *film;

/* A team of three, the first two of which keep files; one has come. */
static void
begin_keep(struct writer *w)
{
	begin_many(2, roles);
	film = a_file(FILM);
	writer_make(w, 1);
	send(w,
	    &(struct what){ .text = "a film",
		.file = film,
		.file_n = FILM,
		.file_name = "film.mp4" });
}

static void
end_keep(void)
{
	wipe_free(film, FILM);
	end_many();
}

static const struct said_file *
file_at(struct desk *d)
{
	const struct said_file *f = conv_file(desk_at(d, 0), 1);

	OK(f != NULL);
	return f;
}

static size_t
bodies(const struct desk *d)
{
	return keep_bytes(d) / ENVELOPE_PART_BYTES;
}

/* The desk saves it, and it is what was sent. */
static void
saves(struct desk *d)
{
	char name[DESK_NAME_BYTES], path[512];
	struct buf got;

	buf_init(&got, FILM + 1);
	OK(desk_save_file(d, desk_at(d, 0), file_at(d), saved, name) == ERR_OK);
	(void)snprintf(path, sizeof path, "%s/%s", saved, name);
	OK(file_read(&got, path) == ERR_OK);
	OK(got.len == FILM && memcmp(got.at, film, FILM) == 0);
	buf_drop(&got);
}

static void
drop_parts(void)
{
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].n == ENVELOPE_PART_BYTES)
			fake.rows[i].tag[0] ^= 1;
}

static void
keepers_fetch_and_others_when_they_are_asked(void)
{
	struct desk *third;
	struct writer w;

	begin_keep(&w);
	third = many[2];
	for (unsigned i = 0; i < many_n; i++) {
		sync_one(many[i]);
		OK(report.files == (i < 2) && report.files_wait == 0);
	}
	OK(bodies(many[0]) == 3 && bodies(many[1]) == 3 && bodies(third) == 0);
	OK(third->part_n == 3 && !desk_has_file(third, file_at(third)));
	/* Its days finish all the same, and their keys go. */
	for (unsigned i = 0; i < 4; i++) {
		set_day(day + 1);
		sync_many();
	}
	OK(days_first(third) > file_at(third)->row);
	open_one(2);
	third = many[2];
	OK(third->part_n == 3);
	OK(sync_fetch_file(third, reach, desk_at(third, 0), file_at(third)) ==
	    ERR_OK);
	saves(third);
	saves(many[1]);
	open_one(2);
	saves(many[2]);
	end_keep();
}

static void
a_kept_file_outlives_the_line(void)
{
	char names[KEEP_NAMES_BYTES];
	struct desk *third;
	struct writer w;

	begin_keep(&w);
	sync_many();
	drop_parts();
	third = many[2];
	OK(sync_fetch_file(third, reach, desk_at(third, 0), file_at(third)) ==
	    ERR_NOTHING);
	keep_names(third, desk_at(third, 0), names);
	OK(strstr(names, ", member 1") != NULL);
	OK(strstr(names, "member 2") == NULL);
	keep_names(many[1], desk_at(many[1], 0), names);
	OK(strchr(names, ',') == NULL && names[0] != '\0');
	saves(many[0]);
	saves(many[1]);
	/* What it never got is said once the days are listed no more, too. */
	OK(report.files_gone == 0);
	end_keep();
}

/* A desk that is cut off in the middle asks for no part twice. */
static void
what_was_cut_off_goes_on_part_by_part(void)
{
	unsigned all, n;
	struct writer w;

	begin_keep(&w);
	sync_one(desk);
	saves(desk);
	all = fake.asked;
	sync_one(many[1]);
	all = fake.asked - all;
	OK(bodies(many[1]) == 3);
	end_keep();

	begin_keep(&w);
	n = fake.asked;
	fake.lose = all - 1; /* the second of three parts */
	OK(sync_run(many[1], reach, &report) == ERR_CLOSED);
	fake.lose = 0;
	OK(report.letters == 1 && bodies(many[1]) == 1);
	open_one(1);
	OK(bodies(many[1]) == 1);
	sync_one(many[1]);
	OK(report.files == 1 && bodies(many[1]) == 3);
	saves(many[1]);
	OK(fake.asked > n);
	end_keep();
}

/* Letters come first, and answers go first: a large file keeps no word waiting.
 */
static void
a_line_that_breaks_off_at_files_has_taken_every_word(void)
{
	struct writer w;

	begin_keep(&w);
	sync_many();
	set_day(day + 1);
	send(&w,
	    &(struct what){ .text = "another",
		.id = 2,
		.file = film,
		.file_n = FILM - 1,
		.file_name = "b" });
	OK(desk_set_junk(desk, desk_at(desk, 0), true) == ERR_OK);
	drop_parts();
	drop_parts();
	for (fake.lose = 1; fake.lose > 0;) {
		const unsigned n = fake.lose;
		const enum err e = sync_run(desk, reach, &report);

		if (bodies(desk) > 3)
			break;
		OK(e == ERR_CLOSED || e == ERR_OK);
		fake.lose = n + 1;
		OK(n < 100);
	}
	fake.lose = 0;
	OK(desk_at(desk, 0)->said_n == 2);
	sync_one(many[2]);
	OK(desk_at(many[2], 0)->junk);
	end_keep();
}

static void
a_full_disk_is_said_and_loses_nothing(void)
{
	struct writer w;

	begin_keep(&w);
	disk_is_full = true;
	sync_one(desk);
	OK(report.letters == 1 && report.files == 0);
	OK(report.files_full && report.files_wait == 1);
	OK(bodies(desk) == 0);
	OK(sync_fetch_file(desk, reach, desk_at(desk, 0), file_at(desk)) ==
	    ERR_FULL);
	disk_is_full = false;
	sync_one(desk);
	OK(!report.files_full && report.files == 1);
	saves(desk);
	end_keep();
}

/* Where nobody is named, or nobody who is may read it, every desk keeps. */
static void
what_no_keeper_may_read_everybody_keeps(void)
{
	struct roster *r;
	struct writer w;
	struct buf note;

	begin_keep(&w);
	r = next_roster();
	r->devices[0].keeper = r->devices[1].keeper = false;
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	sync_many();
	for (unsigned i = 0; i < many_n; i++) {
		OK(bodies(many[i]) == 3 && keep_lacks(many[i]));
		OK(keep_is_ours(many[i], desk_at(many[i], 0)));
	}
	end_keep();
}

/* The keys of what came before are here still; the bodies are let lie. */
static void
who_reads_there_no_more_fetches_no_file(void)
{
	struct roster *r;
	struct writer w;
	struct buf note;

	begin_keep(&w);
	disk_is_full = true;
	sync_many();
	disk_is_full = false;
	OK(many[1]->part_n == 3 && keep_is_ours(many[1], desk_at(many[1], 0)));
	r = next_roster();
	OK(roster_set_reader(r, r->doors[0].id, member_of(1), false) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	sync_many();
	OK(bodies(desk) == 3 && bodies(many[1]) == 0 && bodies(many[2]) == 0);
	OK(!keep_is_ours(many[1], desk_at(many[1], 0)));
	end_keep();
}

static const uint8_t *sought;
static size_t sought_n;
static unsigned sought_files, found;

static int
look_in(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	struct buf b;

	(void)at;
	if (kind != FTW_F)
		return 0;
	sought_files++;
	buf_init(&b, (size_t)st->st_size + 1);
	OK(file_read(&b, path) == ERR_OK);
	if (b.len >= sought_n && memmem(b.at, b.len, sought, sought_n) != NULL)
		found++;
	buf_drop(&b);
	return 0;
}

static unsigned
lies_on_disk(const char *where, const void *p, size_t n)
{
	sought = p;
	sought_n = n;
	found = sought_files = 0;
	OK(nftw(where, look_in, 8, FTW_PHYS) == 0 && sought_files > 0);
	return found;
}

static unsigned
files_in(const char *folder)
{
	char path[FILE_PATH_MAX];

	OK(file_path(path, sizeof path, dir, folder) == ERR_OK);
	found = sought_files = 0;
	sought = (const uint8_t *)"?";
	sought_n = SIZE_MAX;
	OK(nftw(path, look_in, 8, FTW_PHYS) == 0);
	return sought_files;
}

/* Neither the file nor the key that opens it ever lies open; what lies sealed
 * goes with the conversation. */
static void
destroying_takes_kept_files_and_their_keys(void)
{
	uint8_t key[AGE_FILE_KEY_BYTES];
	struct writer w;

	begin_keep(&w);
	sync_many();
	memcpy(key, desk->part[0].key, sizeof key);
	OK(files_in("p") == 3 && files_in("c") == 1 && files_in("k") == 1);
	for (unsigned i = 0; i < many_n; i++) {
		OK(lies_on_disk(many_dir[i], key, sizeof key) == 0);
		OK(lies_on_disk(many_dir[i], film + PART_PLAIN, 64) == 0);
	}
	OK(desk_delete(desk, desk_at(desk, 0)) == ERR_OK);
	OK(files_in("p") == 0 && files_in("c") == 0 && files_in("k") == 0);
	sync_many();
	for (unsigned i = 0; i < many_n; i++) {
		OK(desk_count(many[i]) == 0 && bodies(many[i]) == 0);
		OK(lies_on_disk(many_dir[i], key, sizeof key) == 0);
	}
	/* The keys are gone from memory too. */
	for (size_t i = 0; i < desk->part_n; i++)
		OK(memcmp(desk->part[i].key, key, sizeof key) != 0);
	wipe(key, sizeof key);
	end_keep();
}

/* What a desk has only the key of, it gives on as that: days whose keys the new
 * one never had are open to it all the same. */
static void
a_pack_has_the_keys_of_files_that_are_not_here(void)
{
	struct pack_said_of said;
	struct welcome w;
	struct desk *new;

	begin_all();
	wait_for_it();
	disk_is_full = true;
	live();
	disk_is_full = false;
	OK(desk->part_n == 2 && bodies(desk) == 0);
	for (unsigned i = 0; i < 4; i++) {
		set_day(day + 1);
		disk_is_full = true;
		sync_all();
		disk_is_full = false;
	}
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK && said.parts == 0);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	OK(w.conversations == 2 && w.parts == 0);
	new = open_there();
	OK(new->part_n == 2 && bodies(new) == 0);
	OK(sync_run(new, reach, &report) == ERR_OK && report.files == 1);
	OK(desk_has_file(new, conv_file(desk_at(new, 0), 1)));
	desk_close(new);
	leave_it();
}

/* A line that gives another header first, which anybody can seal to the day:
 * the body has its own, as long as the day's key is here. */
static void
a_header_that_was_another_s_is_made_good_by_the_body(void)
{
	uint8_t *was = malloc(ENVELOPE_PART_BYTES);
	const struct age_recipient *to;
	struct fake_row *row;
	struct writer w;
	struct offer o;

	OK(was != NULL);
	begin_keep(&w);
	row = &fake.rows[fake.rows_n - 1];
	OK(row->n == ENVELOPE_PART_BYTES);
	memcpy(was, row->bytes, row->n);
	offer_init(&o);
	to = key_of(&o, day);
	OK(to != NULL);
	OK(envelope_seal(row->bytes, row->n, to, film, 5) == ERR_OK);
	offer_drop(&o);
	disk_is_full = true;
	sync_one(desk);
	disk_is_full = false;
	memcpy(row->bytes, was, row->n);
	sync_one(desk);
	OK(report.files == 1);
	saves(desk);
	open_one(0);
	saves(desk);
	free(was);
	end_keep();
}

/* Headers, bodies, and a file that is asked for. */
static void
refused_memory_loses_no_part(void)
{
	unsigned dirty;
	uint8_t *bytes;
	enum err e = ERR_NOMEM;
	struct writer w;
	unsigned n;

	for (unsigned by_hand = 0; by_hand < 2; by_hand++) {
		begin_all();
		bytes = a_file(100);
		writer_make(&w, 1);
		send(&w,
		    &(struct what){ .text = "x",
			.file = bytes,
			.file_n = 100,
			.file_name = "f" });
		disk_is_full = true;
		sync_all();
		disk_is_full = false;
		dirty = alloc_dirty();
		for (n = 1, e = ERR_NOMEM; e != ERR_OK; n += 2) {
			alloc_refuse(n);
			e = by_hand == 1 ? sync_fetch_file(desk, reach,
					       desk_at(desk, 0), file_at(desk))
					 : sync_bodies(desk, reach, 0, &report);
			alloc_refuse(0);
			OK(e == ERR_OK || e == ERR_NOMEM);
		}
		OK(alloc_dirty() == dirty);
		OK(n > 3 && bodies(desk) == 1);
		again();
		OK(desk_has_file(desk, file_at(desk)));
		wipe_free(bytes, 100);
		end_all();
	}
}

/* A child syncs, and dies at the n-th change of the disk; true when it got to
 * the end. */
static bool
sync_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(many[1]);
	many[1] = NULL;
	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		if (desk_open(&many[1], many_dir[1], WORDS, strlen(WORDS)) !=
			ERR_OK ||
		    sync_run(many[1], reach, &report) != ERR_OK)
			_exit(1);
		_exit(0);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_one(1);
	return WEXITSTATUS(status) == 0;
}

/* Every death leaves what came whole, and the next run goes on from there. */
static void
a_keeper_that_dies_at_any_write_has_the_file_in_the_end(void)
{
	struct writer w;
	bool done = false;
	unsigned n, most = 0;

	begin_keep(&w);
	for (n = 1; !done; n++) {
		done = sync_and_die(n);
		OK(bodies(many[1]) >= most || n == 1);
		most = (unsigned)bodies(many[1]);
		/* No part is on the disk that no record knows. */
		OK(n < 200);
	}
	sync_one(many[1]);
	OK(bodies(many[1]) == 3);
	saves(many[1]);
	end_keep();
}

T_BEGIN
desk_tests_begin();
T(keepers_fetch_and_others_when_they_are_asked)
T(a_kept_file_outlives_the_line)
T(what_was_cut_off_goes_on_part_by_part)
T(a_line_that_breaks_off_at_files_has_taken_every_word)
T(a_full_disk_is_said_and_loses_nothing)
T(what_no_keeper_may_read_everybody_keeps)
T(who_reads_there_no_more_fetches_no_file)
T(destroying_takes_kept_files_and_their_keys)
T(a_pack_has_the_keys_of_files_that_are_not_here)
T(a_header_that_was_another_s_is_made_good_by_the_body)
T(refused_memory_loses_no_part)
T(a_keeper_that_dies_at_any_write_has_the_file_in_the_end)
T_END
