/* What was destroyed on every desk opens with nothing that is left: neither by
 * who recorded the line from the first day, nor by who has the desks' disks and
 * their passphrases; and a desk that dies while it destroys goes on with it. */
#include <dirent.h>
#include <sys/wait.h>

#include "age/envelope.h"
#include "desk/clocks.h"
#include "desk_two.h"
#include "disk.h"

/* How many of the rows before `until`, which nobody took from the line, one
 * identity opens. */
static unsigned
opens_with(struct age_identity *id, uint32_t until)
{
	static uint8_t plain[ENVELOPE_PART_PLAIN];
	unsigned n = 0;

	for (size_t i = 0; i < fake.rows_n; i++)
		n += fake.rows[i].day < until &&
		    envelope_open(plain, id, fake.rows[i].bytes,
			fake.rows[i].n) == ERR_OK;
	return n;
}

static unsigned
opens_by_seed(const uint8_t seed[static AGE_SEED_BYTES], uint32_t until)
{
	struct age_identity *id;
	unsigned n;

	OK(age_identity_from_seed(&id, AGE_HYBRID, seed) == ERR_OK);
	n = opens_with(id, until);
	age_identity_close(id);
	return n;
}

/* With each key that the desk's disk holds, and those that follow from it until
 * today. */
static unsigned
opens(struct desk *d, uint32_t until)
{
	const struct vault *v = d->vault;
	struct age_identity *id;
	unsigned n = 0;

	for (size_t i = 0; i < v->ring.chains_n; i++) {
		const struct chain *c = &v->ring.chains[i].chain;

		n += opens_by_seed(c->seed, until);
		for (uint32_t on = c->day; on <= day; on++) {
			OK(chain_identity(&id, c, on) == ERR_OK);
			n += opens_with(id, until);
			age_identity_close(id);
		}
	}
	for (size_t i = 0; i < v->ring.once_n; i++)
		n += opens_by_seed(v->ring.once[i], until);
	for (size_t i = 0; i < v->ring.voices_n; i++)
		n += opens_by_seed(v->ring.voices[i].seed, until);
	return n + opens_by_seed(v->storage, until) +
	    opens_by_seed(v->device, until) + opens_by_seed(v->access, until) +
	    opens_by_seed(v->salt, until);
}

/* Files in a folder of a desk. */
static unsigned
files_in(const char *where, const char *folder)
{
	char path[FILE_PATH_MAX];
	const struct dirent *one;
	unsigned n = 0;
	DIR *at;

	OK(file_path(path, sizeof path, where, folder) == ERR_OK);
	OK((at = opendir(path)) != NULL);
	while ((one = readdir(at)) != NULL)
		n += one->d_name[0] != '.';
	(void)closedir(at);
	return n;
}

static bool
is_bare(const char *where)
{
	return files_in(where, "k") == 0 && files_in(where, "c") == 0 &&
	    files_in(where, "p") == 0;
}

static void
sync_days(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		set_day(day + 1);
		sync_one(desk);
		sync_one(other);
	}
}

/* A letter with a file, an answer, a hand-out of both chains, another letter
 * under the new keys; both desks have all. */
static void
talk(struct writer *w)
{
	const size_t n = PART_PLAIN + 5;
	uint8_t *file = a_file(n);

	writer_make(w, 1);
	send(w,
	    &(struct what){ .text = "the pressure was falsified",
		.id = 1,
		.file = file,
		.file_n = n,
		.file_name = "film.mp4" });
	sync_both();
	reply(desk, "an answer");
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_both();
	send(w, &(struct what){ .text = "and in april", .id = 2 });
	sync_both();
	wipe_free(file, n);
}

static void
day_secret_not_recoverable(void)
{
	struct writer w;
	uint32_t until;

	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	talk(&w);
	until = day + 1;
	/* That this way of looking finds what is to be found. */
	OK(opens(desk, until) > 4 && opens(other, until) > 4);
	OK(files_in(dir, "p") == 2 && files_in(other_dir, "k") == 1);
	OK(desk_delete(desk, desk_at(desk, 0)) == ERR_OK);
	sync_both();
	sync_days(4);
	/* From the disks, not from memory. */
	again();
	open_other();
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	OK(is_bare(dir) && is_bare(other_dir));
	OK(desk->told_n == 0 && other->told_n == 0);
	OK(fake.rows_n > 20);
	OK(opens(desk, until) == 0 && opens(other, until) == 0);
	end_team();
}

/* A child opens the desk in `where` and syncs, and dies at the n-th change of
 * the disk; true when it got to the end.  It gives nothing, which would be lost
 * with its memory. */
static bool
sync_and_die(const char *where, unsigned n)
{
	struct desk *d = NULL;
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		fake.full = true;
		if (desk_open(&d, where, WORDS, strlen(WORDS)) != ERR_OK)
			_exit(1);
		(void)!sync_run(d, reach, &report);
		_exit(desk_count(d) == 0 ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

/* The announced day has come: both die on the way, and come to the same. */
static void
whenever_a_desk_dies_what_it_destroys_goes(void)
{
	const unsigned step = t_long() ? 7 : 149;
	struct writer w;
	bool done = false;
	uint32_t on;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_team();
		join(MEMBER_EDITOR);
		sync_both();
		talk(&w);
		OK(clocks_delete(desk, desk_at(desk, 0), &on) == ERR_OK);
		sync_both();
		set_day(on);
		desk_close(desk);
		desk_close(other);
		desk = other = NULL;
		done = sync_and_die(dir, n);
		done = sync_and_die(other_dir, n) && done;
		open_desk();
		open_other();
		sync_both();
		OK(desk_count(desk) == 0 && desk_count(other) == 0);
		OK(is_bare(dir) && is_bare(other_dir));
		OK(clocks_register(desk) == 1 && clocks_register(other) == 1);
		are_alike();
		end_team();
		OK(n < 2000);
	}
	OK(n > 20);
}

T_BEGIN
desk_tests_begin();
T(day_secret_not_recoverable)
T(whenever_a_desk_dies_what_it_destroys_goes)
T_END
