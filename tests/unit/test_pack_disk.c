/*
 * A pack is written, and taken in, on a disk that fails, is full, or under a
 * desk that dies: each time at the n-th change of it.
 */
#include <dirent.h>
#include <sys/wait.h>

#include "cmd/out.c"

#include "desk_unpack.h"
#include "disk.h"
#include "folder.h"

enum fault {
	FAILS, /* once */
	IS_FULL, /* and stays so */
	DIES,
};

static char kept[100];
static bool struck; /* there was an n-th change */

static enum fault kind;
static unsigned at_which;

/* From now on changes are counted. */
static void
begins(void)
{
	disk_full = kind == IS_FULL;
	disk_die = kind == DIES;
	disk_countdown = at_which;
}

static void
ends(void)
{
	struck = disk_countdown == (kind == IS_FULL ? 1 : 0);
	disk_full = disk_die = false;
	disk_countdown = 0;
}

/* What a call that begins() comes to with a fault at the n-th change:
 * ERR_CLOSED when it died. */
static enum err
under(enum fault fault, unsigned n, enum err (*call)(void))
{
	int status = 0;
	enum err e;
	pid_t pid;

	kind = fault;
	at_which = n;
	if (fault != DIES) {
		e = call();
		ends();
		return e;
	}
	(void)fflush(stdout);
	if ((pid = fork()) == 0)
		_exit(call() == ERR_OK ? 0 : 1);
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	struck = WEXITSTATUS(status) == 77;
	return struck ? ERR_CLOSED : ERR_OK;
}

static bool
may_be_said(enum fault fault, enum err e)
{
	static const enum err says[] = { ERR_IO, ERR_FULL, ERR_CLOSED };

	return e == ERR_OK || e == says[fault];
}

/*
 * Writing it.
 */

static struct join wanted;

/* As the command does. */
static enum err
write_pack(void)
{
	struct pack_said_of packed;
	struct out out;
	enum err e;

	begins();
	out_init(&out);
	if ((e = out_open(&out, file, 0600)) == ERR_OK &&
	    (e = pack_give(desk, &wanted, (struct age_sink){ out_put, &out },
		 &packed)) == ERR_OK)
		e = out_done(&out);
	out_drop(&out);
	return e;
}

static enum err
only_look(void *who, const struct welcome *w)
{
	(void)who;
	(void)w;
	return ERR_CLOSED;
}

static bool
is_whole(const char *path)
{
	static const struct welcome_ask look = { only_look, NULL };
	struct welcome w;

	return unpack_take(&w, other, path, &look) == ERR_CLOSED;
}

/* Every file whose name begins with that of the pack, but it itself. */
static unsigned
beside(bool remove_them)
{
	char path[300];
	const char *name = strrchr(file, '/') + 1;
	const struct dirent *one;
	unsigned n = 0;
	DIR *d = opendir("/tmp");

	OK(d != NULL);
	while ((one = readdir(d)) != NULL) {
		if (strncmp(one->d_name, name, strlen(name)) != 0 ||
		    strcmp(one->d_name, name) == 0)
			continue;
		(void)snprintf(path, sizeof path, "/tmp/%s", one->d_name);
		n++;
		OK(is_whole(path));
		if (remove_them)
			OK(unlink(path) == 0);
	}
	(void)closedir(d);
	return n;
}

/* What stands there is the old one, or a new one, or nothing was there and is
 * not. */
static void
old_or_new(bool was, const struct buf *old, enum err e)
{
	struct buf now;

	buf_init(&now, 64U << 20);
	if (file_read(&now, file) == ERR_NOTHING) {
		OK(!was && e != ERR_OK);
	} else if (e == ERR_OK || now.len != old->len ||
	    memcmp(now.at, old->at, old->len) != 0) {
		OK(is_whole(file));
	} else {
		OK(was);
	}
	buf_drop(&now);
}

static unsigned
write_under(enum fault fault, bool was, const struct buf *old)
{
	const unsigned step = t_long() ? 1 : 5;
	unsigned n, failed = 0;
	enum err e;

	struck = true;
	for (n = 1; struck; n += step) {
		if (was)
			OK(file_write(file, old->at, old->len, 0600) == ERR_OK);
		else
			(void)unlink(file);
		e = under(fault, n, write_pack);
		OK(may_be_said(fault, e));
		old_or_new(was, old, e);
		OK(beside(fault == DIES) <= (fault == DIES));
		failed += e != ERR_OK;
		OK(n < 900);
	}
	return failed;
}

static void
a_pack_is_there_whole_or_not_at_all(void)
{
	static const char words[] = "what stood there before";
	struct buf old;

	two_desks();
	live();
	ask_for(&wanted, other);
	buf_init(&old, 100);
	OK(buf_put(&old, words, sizeof words) == ERR_OK);
	for (unsigned was = 0; was < 2; was++) {
		OK(write_under(FAILS, was, &old) > 3);
		OK(write_under(IS_FULL, was, &old) > 3);
		OK(write_under(DIES, was, &old) > 3);
	}
	buf_drop(&old);
	/* And the desk goes on. */
	sync_both();
	are_alike();
	end_two();
}

/*
 * Taking it in.
 */

static enum err
take(void)
{
	open_other();
	OK(desk_count(other) == 0 && !unpack_is_begun(other_dir));
	begins();
	return unpack_take(&said, other, file, &yes);
}

static enum err
open_again(void)
{
	begins();
	return desk_open(&other, other_dir, WORDS, strlen(WORDS));
}

static void
close_other(void)
{
	desk_close(other);
	other = NULL;
}

/* Nothing was kept, or what was goes on when the desk is opened, though that
 * fails too.  Was it begun? */
static bool
goes_on(enum fault fault, unsigned n, unsigned *before)
{
	const bool begun = unpack_is_begun(other_dir);

	close_other();
	if (begun)
		OK(may_be_said(fault, under(fault, 1 + n % 23, open_again)));
	open_other();
	OK(!unpack_is_begun(other_dir));
	if (desk_count(other) == 0) {
		(*before)++;
		OK(!begun && desk_log_count(other) < desk_log_count(desk));
		OK(other->vault->ring.chains_n == 2);
		OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	}
	has_all();
	open_other();
	has_all();
	return begun;
}

static void
take_under(enum fault fault)
{
	const unsigned step = t_long() ? 1 : fault == IS_FULL ? 5 : 17;
	unsigned n, begun = 0, before = 0;
	enum err e;

	struck = true;
	for (n = 1; struck; n += step) {
		close_other();
		folder_copy(kept, other_dir);
		e = under(fault, n, take);
		OK(may_be_said(fault, e));
		begun += e != ERR_OK && goes_on(fault, n, &before);
		OK(n < 900);
	}
	open_other();
	has_all();
	OK(before > 0 && begun > 1);
}

static void
away(void)
{
	two_desks();
	live();
	the_line_forgets_all();
	OK(pack(desk, other) == ERR_OK);
	close_other();
	(void)snprintf(kept, sizeof kept, "%s-kept", other_dir);
	folder_copy(other_dir, kept);
}

static void
end_away(void)
{
	folder_remove(kept);
	end_two();
}

static void
whenever_it_dies_it_is_as_before_or_done(void)
{
	away();
	take_under(DIES);
	end_away();
}

static void
a_disk_that_fails_once_keeps_it_for_later(void)
{
	away();
	take_under(FAILS);
	end_away();
}

static void
a_full_disk_is_said_and_it_goes_on_when_there_is_room(void)
{
	away();
	take_under(IS_FULL);
	end_away();
}

T_BEGIN
desk_tests_begin();
T(a_pack_is_there_whole_or_not_at_all)
T(whenever_it_dies_it_is_as_before_or_done)
T(a_disk_that_fails_once_keeps_it_for_later)
T(a_full_disk_is_said_and_it_goes_on_when_there_is_room)
T_END
