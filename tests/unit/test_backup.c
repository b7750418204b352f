/* A desk's backup, and the desk that is made of it. */
#include "desk_backup.h"

static bool
contains(const struct buf *b, const uint8_t *p, size_t n)
{
	char hex[2 * 64 + 1];

	enc_hex(hex, p, n);
	return memmem(b->at, b->len, p, n) != NULL ||
	    memmem(b->at, b->len, hex, 2 * n) != NULL;
}

/* How many of the desk's seeds are in the file. */
static unsigned
seeds_in(const struct desk *d)
{
	const struct vault *v = d->vault;
	struct buf sealed, plain;
	unsigned n = 0;

	buf_init(&sealed, 64U << 20);
	buf_init(&plain, 64U << 20);
	OK(file_read(&sealed, file) == ERR_OK);
	OK(age_open(&plain, &with, sealed.at, sealed.len) == ERR_OK);
	OK(contains(&plain, v->salt, 32)); /* it would be found */
	OK(!contains(&plain, v->storage, 32));
	OK(!contains(&plain, v->device, 32));
	for (size_t i = 0; i < v->ring.once_n; i++)
		OK(!contains(&plain, v->ring.once[i], 32));
	for (size_t i = 0; i < v->ring.chains_n; i++)
		n += contains(&plain, v->ring.chains[i].chain.seed, 32);
	for (size_t i = 0; i < v->ring.voices_n; i++)
		n += contains(&plain, v->ring.voices[i].seed, 32);
	n += contains(&plain, v->access, 32);
	n += v->has_line && contains(&plain, v->line_key, 32);
	n += v->has_line && contains(&plain, v->purge, 32);
	buf_drop(&sealed);
	buf_drop(&plain);
	return n;
}

static void
a_backup_holds_everything_and_no_seed(void)
{
	begin_team();
	names();
	live(desk);
	ring_make_once(&desk->vault->ring);
	OK(back_up(desk, false) == ERR_OK && look() == ERR_OK);
	OK(said.conversations == 2 && said.parts == 1 && !said.alone);
	OK(said.entries == desk_log_count(desk) && said.day == day);
	OK(strcmp(said.name, "Example Group") == 0);
	OK(strcmp(said.member, "first member") == 0);
	OK(memcmp(said.team, desk->print, sizeof said.team) == 0);
	OK(seeds_in(desk) == 0);
	OK(back_up(desk, true) == ERR_OK && look() == ERR_OK && said.alone);
	OK(seeds_in(desk) == 6);
	join(MEMBER_EDITOR);
	OK(back_up(desk, true) == ERR_DENIED);
	end_backup();
}

static void
what_is_damaged_or_sealed_otherwise_is_refused(void)
{
	const struct age_with wrong = { .words = "no", .words_len = 2 };
	struct buf whole;
	int fd;

	begin_team();
	names();
	live(desk);
	OK(back_up(desk, false) == ERR_OK);
	fd = open_file();
	OK(backup_look(&said, fd, &wrong) == ERR_NOKEY);
	(void)close(fd);
	buf_init(&whole, 64U << 20);
	OK(file_read(&whole, file) == ERR_OK);
	for (size_t at = 100; at < whole.len; at += 1 + whole.len / 40) {
		whole.at[at] ^= 1;
		OK(file_write(file, whole.at, whole.len, 0600) == ERR_OK);
		OK(look() != ERR_OK);
		whole.at[at] ^= 1;
		OK(file_write(file, whole.at, at, 0600) == ERR_OK);
		OK(look() != ERR_OK);
	}
	OK(file_write(file, "nothing", 7, 0600) == ERR_OK);
	OK(look() == ERR_FORMAT || look() == ERR_SHORT);
	buf_drop(&whole);
	end_backup();
}

/* The folder waits, with the backup of the second member's desk. */
static void
restore_waiting(struct waiting *own, struct join *request)
{
	const int fd = open_file();
	struct buf note;

	remove_there();
	OK(mkdir(there, 0700) == 0);
	OK(waiting_make(own, "again", NEW_WORDS, strlen(NEW_WORDS)) == ERR_OK);
	OK(backup_wait(&said, there, own, fd, &with) == ERR_OK);
	(void)close(fd);
	buf_init(&note, JOIN_MAX);
	OK(waiting_join(&note, own) == ERR_OK);
	OK(join_read(request, note.at, note.len) == ERR_OK);
	buf_drop(&note);
}

static enum err
agreed(void *who, const struct welcome *w)
{
	(void)who;
	(void)w;
	return ERR_OK;
}

/* An admin takes the device in, and gives it what `desk` has. */
static void
admit(const struct waiting *own, const struct join *request)
{
	const struct welcome_ask yes = { agreed, NULL };
	struct roster *next = next_roster();
	struct pack_said_of packed;
	struct waiting *loaded = waiting_new();
	struct buf note, out;
	struct welcome w;
	char path[120];

	OK(roster_join(next, request->key,
	       roster_member(next, other->about.member), true) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(next, &note);
	buf_drop(&note);
	buf_init(&out, 64U << 20);
	OK(pack_give(desk, request, age_sink_buf(&out), &packed) == ERR_OK);
	(void)snprintf(path, sizeof path, "%s.welcome", dir);
	OK(file_write(path, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	OK(waiting_load(loaded, there, NEW_WORDS, strlen(NEW_WORDS)) == ERR_OK);
	OK(loaded->has_team &&
	    memcmp(loaded->device, own->device, sizeof own->device) == 0);
	OK(welcome_take(&w, there, loaded, path, &yes) == ERR_OK);
	(void)unlink(path);
	waiting_close(loaded);
}

static struct desk *
open_there(void)
{
	struct desk *d = NULL;

	OK(desk_open(&d, there, NEW_WORDS, strlen(NEW_WORDS)) == ERR_OK);
	OK(!unpack_is_begun(there));
	return d;
}

static unsigned
forks(struct desk *d)
{
	struct teamlog_device device;
	unsigned n = 0;

	for (size_t i = 0; i < teamlog_devices(d->log); i++) {
		teamlog_device_at(d->log, i, &device);
		n += device.forked;
	}
	return n;
}

/* The backup is old, the old device goes on, and all three sync. */
static void
a_restored_desk_is_another_device_and_never_forks_itself(void)
{
	struct waiting *own = waiting_new();
	struct desk *old, *again;
	struct join request;
	struct writer w;

	begin_team();
	join(MEMBER_EDITOR);
	names();
	sync_both();
	live(other);
	OK(back_up(other, false) == ERR_OK && seeds_in(other) == 0);
	OK(desk_set_junk(other, desk_at(other, 1), false) == ERR_OK);
	writer_make(&w, 3);
	send(&w, &(struct what){ .text = "three", .id = 3 });
	sync_both();
	reply(other, "a second answer");
	sync_both();
	restore_waiting(own, &request);
	admit(own, &request);
	old = other;
	again = open_there();
	OK(memcmp(again->id, old->id, sizeof old->id) != 0);
	OK(desk_set_junk(old, desk_at(old, 1), true) == ERR_OK);
	for (unsigned i = 0; i < 3; i++) {
		reply(old, "the old one speaks");
		reply(again, "the new one speaks");
		sync_one(old);
		sync_one(again);
		sync_one(desk);
	}
	for (unsigned i = 0; i < 3; i++) {
		sync_one(again);
		sync_one(old);
		sync_one(desk);
	}
	OK(forks(desk) == 0 && forks(old) == 0 && forks(again) == 0);
	are_alike();
	other = again;
	are_alike();
	OK(desk_count(again) == 3 && desk_at(again, 1)->junk);
	OK(desk_has_file(again, conv_file(desk_at(again, 0), 1)));
	desk_close(again);
	other = again = open_there();
	are_alike();
	other = old;
	desk_close(again);
	waiting_close(own);
	end_backup();
}

/* What only the lost device had is in its backup. */
static void
what_nobody_else_has_comes_from_the_backup(void)
{
	struct waiting *own = waiting_new();
	struct join request;
	struct desk *again;
	unsigned n = 0;
	int status = 1;
	pid_t pid;

	begin_team();
	join(MEMBER_EDITOR);
	names();
	sync_both();
	live(other);
	OK(back_up(other, false) == ERR_OK);
	/* The line and the first desk never heard of it. */
	for (size_t i = 0; i < fake.rows_n; i++)
		wipe_free(fake.rows[i].bytes, fake.rows[i].n);
	fake.rows_n = 0;
	restore_waiting(own, &request);
	admit(own, &request);
	OK(unpack_is_begun(there));
	/* Its first opening dies again and again. */
	while (status != 0) {
		if ((pid = fork()) == 0) {
			disk_die = true;
			disk_countdown = n += 5;
			_exit(desk_open(&again, there, NEW_WORDS,
				  strlen(NEW_WORDS)) == ERR_OK
				? 0
				: 1);
		}
		n += 5;
		OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	}
	OK(n > 20);
	again = open_there();
	OK(desk_count(desk) == 0 && desk_count(again) == 2);
	OK(desk_at(again, 0)->said_n == 2 && desk_at(again, 1)->junk);
	OK(conv_unread(desk_at(again, 0)) == 0);
	OK(desk_has_file(again, conv_file(desk_at(again, 0), 1)));
	OK(again->vault->ring.chains_n == 2 && forks(again) == 0);
	sync_one(again);
	sync_one(desk);
	OK(forks(desk) == 0);
	desk_close(again);
	waiting_close(own);
	end_backup();
}

/* An admin's desk was lost before anybody heard of the roster that it signed:
 * the next of that number is another. */
static void
a_roster_that_nobody_heard_of_spoils_no_backup(void)
{
	struct waiting *own = waiting_new();
	struct join request;
	struct desk *again;
	struct roster *unheard;

	begin_team();
	join(MEMBER_ADMIN);
	names();
	sync_both();
	live(other);
	for (unsigned i = 0; i < 2; i++) {
		unheard = calloc(1, sizeof *unheard);
		OK(unheard != NULL);
		roster_begin(
		    unheard, desk_roster(other), desk_roster_hash(other), day);
		OK(roster_set_reader(unheard, unheard->doors[0].id,
		       desk->about.member, i == 1) == ERR_OK);
		OK(members_sign(other, unheard, team_seed) == ERR_OK);
		wipe_free(unheard, sizeof *unheard);
	}
	OK(back_up(other, false) == ERR_OK);
	restore_waiting(own, &request);
	admit(own, &request);
	again = open_there();
	OK(desk_count(again) == 2 && desk_at(again, 0)->said_n == 2);
	OK(desk_at(again, 1)->junk);
	OK(memcmp(desk_roster_hash(again), desk_roster_hash(desk), 32) == 0);
	sync_one(again);
	sync_one(desk);
	OK(forks(desk) == 0 && forks(again) == 0);
	desk_close(again);
	waiting_close(own);
	end_backup();
}

static void
a_welcome_of_another_team_is_not_taken(void)
{
	const struct welcome_ask yes = { agreed, NULL };
	struct waiting *own = waiting_new();
	struct pack_said_of packed;
	struct join request;
	struct roster *next;
	struct welcome w;
	struct buf out, note;

	begin_team();
	join(MEMBER_EDITOR);
	names();
	OK(back_up(other, false) == ERR_OK);
	restore_waiting(own, &request);
	next = next_roster();
	OK(roster_join(next, request.key, &next->members[1], true) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(next, &note);
	buf_drop(&note);
	buf_init(&out, 64U << 20);
	OK(pack_give(desk, &request, age_sink_buf(&out), &packed) == ERR_OK);
	OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	own->team[0] ^= 1;
	OK(welcome_take(&w, there, own, file, &yes) == ERR_NOTHING);
	own->team[0] ^= 1;
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	waiting_close(own);
	end_backup();
}

static enum err
restore_alone(const uint8_t *seed)
{
	const struct backup_alone as = {
		.words = NEW_WORDS, .team_seed = seed, .today = day
	};
	const int fd = open_file();
	enum err e;

	remove_there();
	OK(mkdir(there, 0700) == 0);
	e = backup_alone(&said, there, &as, fd, &with);
	(void)close(fd);
	return e;
}

static void
a_team_of_one_goes_on_by_itself(void)
{
	struct desk *old, *again;
	struct writer w;

	begin_team();
	names();
	live(desk);
	OK(back_up(desk, true) == ERR_OK);
	/* The old one lives on for a while. */
	writer_make(&w, 3);
	send(&w, &(struct what){ .text = "three", .id = 3 });
	sync_all();
	OK(desk_set_junk(desk, desk_at(desk, 1), false) == ERR_OK);
	OK(restore_alone(team_seed) == ERR_OK);
	old = desk;
	desk = again = open_there();
	OK(again->roster->serial == 2 && again->roster->devices_n == 1);
	OK(roster_device(again->roster, again->id) != NULL);
	OK(desk_role(again) == MEMBER_ADMIN && again->vault->has_line);
	OK(memcmp(again->roster->hands_out, again->id, 16) == 0);
	OK(desk_count(again) == 2 && desk_at(again, 0)->said_n == 2);
	OK(desk_at(again, 1)->junk && conv_unread(desk_at(again, 0)) == 0);
	OK(again->vault->ring.chains_n == 4);
	sync_all();
	sync_all();
	OK(desk_count(again) == 3 && forks(again) == 0);
	/* Who finds the backup has no key that the line obeys. */
	OK(again->certificate.serial == 2 && again->vault->has_line);
	OK(memcmp(again->vault->line_key, old->vault->line_key, 32) != 0);
	OK(memcmp(again->vault->purge, old->vault->purge, 32) != 0);
	/* Sources write to keys that the old one does not have. */
	send(&w, &(struct what){ .text = "four", .id = 4 });
	sync_all();
	OK(desk_at(again, 2)->said_n == 2);
	OK(sync_run(old, reach, &report) == ERR_OK);
	OK(report.stop != SYNC_GOES && desk_at(old, 2)->said_n == 1);
	reply_to("from the new one", &(struct reply_report){ 0 }, ERR_OK);
	desk_close(again);
	desk = open_there();
	OK(desk_count(desk) == 3 && desk_at(desk, 0)->said_n == 3);
	desk_close(desk);
	desk = old;
	end_backup();
}

static void
who_is_not_alone_or_has_another_key_is_refused(void)
{
	uint8_t seed[SIGN_SEED_BYTES];

	begin_team();
	names();
	live(desk);
	memcpy(seed, team_seed, sizeof seed);
	seed[0] ^= 1;
	OK(back_up(desk, false) == ERR_OK);
	OK(restore_alone(team_seed) == ERR_MISSING);
	OK(back_up(desk, true) == ERR_OK);
	OK(restore_alone(seed) == ERR_TAKEN);
	OK(restore_alone(team_seed) == ERR_OK);
	end_backup();
}

static void
refused_memory_and_a_failing_disk_make_nothing_that_opens(void)
{
	const unsigned step = t_long() ? 16 : 2;
	enum err e = ERR_NOMEM;
	struct desk *d;

	begin_team();
	names();
	live(desk);
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / step) {
		alloc_refuse(n);
		e = back_up(desk, true);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	e = ERR_NOMEM;
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / step) {
		alloc_refuse(n);
		e = look();
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	e = ERR_NOMEM;
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / step) {
		alloc_refuse(n);
		e = restore_alone(team_seed);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	e = ERR_IO;
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / step) {
		disk_countdown = n;
		e = restore_alone(team_seed);
		disk_countdown = 0;
		OK(e == ERR_OK || e == ERR_IO);
	}
	d = open_there();
	OK(desk_count(d) == 2);
	desk_close(d);
	end_backup();
}

/* Nothing that opens, or, with room again, all of it. */
static unsigned
whole_or_none(void)
{
	struct desk *d = NULL;

	if (desk_open(&d, there, NEW_WORDS, strlen(NEW_WORDS)) != ERR_OK)
		return 0;
	OK(desk_count(d) == 2 && desk_at(d, 0)->said_n == 2);
	OK(desk_role(d) == MEMBER_ADMIN && forks(d) == 0);
	desk_close(d);
	return 1;
}

/* A disk that is full from the n-th write on. */
static void
a_full_disk_is_said_and_makes_no_half_of_a_desk(void)
{
	const unsigned step = t_long() ? 16 : 2;
	enum err e = ERR_FULL;
	unsigned n;

	begin_team();
	names();
	live(desk);
	OK(back_up(desk, true) == ERR_OK);
	disk_full = true;
	for (n = 1; e != ERR_OK; n += 1 + n / step) {
		disk_countdown = n;
		e = restore_alone(team_seed);
		disk_countdown = 0;

		/* What lay on it already may be of no use then. */
		OK(e == ERR_OK || e == ERR_FULL || e == ERR_IO);
		(void)whole_or_none();
	}
	disk_full = false;
	OK(n > 8 && whole_or_none() == 1);
	end_backup();
}

/* A child restores and dies at the n-th change of the disk; true when it got to
 * the end. */
static bool
restore_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	remove_there();
	(void)fflush(stdout);
	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		_exit(restore_alone(team_seed) == ERR_OK ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

static void
whenever_a_restore_dies_it_is_no_desk_or_a_whole_one(void)
{
	const unsigned step = t_long() ? 1 : 13;
	unsigned n, whole = 0;
	bool done = false;

	begin_team();
	names();
	live(desk);
	OK(back_up(desk, true) == ERR_OK);
	for (n = 1; !done; n += step) {
		done = restore_and_die(n);
		whole += whole_or_none();
		OK(n < 900);
	}
	OK(n > 20 && whole > 0);
	OK(restore_alone(team_seed) == ERR_OK && whole_or_none() == 1);
	end_backup();
}

T_BEGIN
desk_tests_begin();
T(a_backup_holds_everything_and_no_seed)
T(what_is_damaged_or_sealed_otherwise_is_refused)
T(a_restored_desk_is_another_device_and_never_forks_itself)
T(what_nobody_else_has_comes_from_the_backup)
T(a_roster_that_nobody_heard_of_spoils_no_backup)
T(a_welcome_of_another_team_is_not_taken)
T(a_team_of_one_goes_on_by_itself)
T(who_is_not_alone_or_has_another_key_is_refused)
T(a_full_disk_is_said_and_makes_no_half_of_a_desk)
T(whenever_a_restore_dies_it_is_no_desk_or_a_whole_one)
T(refused_memory_and_a_failing_disk_make_nothing_that_opens)
T_END
