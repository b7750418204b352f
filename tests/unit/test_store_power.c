/*
 * The desk's store when the power is cut, or the process killed, at every call
 * that changes the disk: from the making of the folder on, what was
 * acknowledged is there, and what was destroyed is not.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/wipe.h"
#include "crypt/key.h"
#include "pool_calls.h"
#include "store_kit.h"

#ifdef SOTTO_SANITIZED
#define SELDOM 8U
#else
#define SELDOM 1U
#endif

static struct shared {
	uint32_t calls;
	bool made; /* the folder is a desk's */
	bool whole; /* the story came to its end */
	struct done done;
	bool blob, part;
	uint8_t name[STORE_NAME_BYTES]; /* of the part */
	enum { NOT, BEGUN, DONE } destroyed;
} * shared;

/* Two calls more that change a disk, besides those of pool_calls.h. */
ssize_t
write(int fd, const void *p, size_t n)
{
	if (fd > 2 && strikes(true)) {
		(void)syscall(SYS_write, fd, p, n / 2U);
		die();
	}
	return (ssize_t)syscall(SYS_write, fd, p, n);
}

int
rename(const char *from, const char *to)
{
	if (strike_or(true) != 0)
		return -1;
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* A conversation of its own that is destroyed again. */
static enum err
destroy_one(struct store *s)
{
	uint8_t owner[32] = { 9 };
	struct store_box box = { .key = NULL };
	enum err e;

	e = store_box_make(s, &box, owner, PART("gone"), NO_TAIL);
	if (e == ERR_OK) {
		shared->destroyed = BEGUN;
		e = store_box_destroy(s, &box);
	}
	if (e == ERR_OK)
		shared->destroyed = DONE;
	store_box_drop(&box);
	return e;
}

static enum err
keep_things(struct store *s)
{
	static uint8_t part[ENVELOPE_PART_BYTES];
	enum err e;

	if ((e = store_put(s, "roster", "R", 1)) != ERR_OK)
		return e;
	shared->blob = true;
	part[ENVELOPE_PART_BYTES - 1] = 7;
	if ((e = store_part_put(s, shared->name, part)) != ERR_OK)
		return e;
	shared->part = true;
	return ERR_OK;
}

static void
play(void)
{
	struct found f;
	struct store *s;

	OK(store_make(dir) == ERR_OK);
	OK(store_begin(dir, key, "about us", 8) == ERR_OK);
	shared->made = true;
	OK(look(&s, &f) == ERR_OK);
	OK(destroy_one(s) == ERR_OK);
	OK(work(s, &shared->done) == ERR_OK);
	OK(keep_things(s) == ERR_OK);
	leave(s, &f);
	shared->whole = true;
}

static void
check_things(struct store *s)
{
	static uint8_t part[ENVELOPE_PART_BYTES];
	struct buf b;

	buf_init(&b, 100);
	OK(!shared->blob ||
	    (store_get(s, "roster", &b) == ERR_OK && b.len == 1));
	OK(!shared->part ||
	    (store_part_get(s, shared->name, part) == ERR_OK &&
		part[ENVELOPE_PART_BYTES - 1] == 7));
	buf_drop(&b);
}

static void
check(void)
{
	struct found f;
	struct store *s;

	if (!shared->made)
		return;
	OK(look(&s, &f) == ERR_OK);
	OK(count(f.log) >= shared->done.log);
	OK(count(f.talk) >= shared->done.talk);
	OK(count(f.days) >= shared->done.days);
	OK(shared->destroyed != DONE || strstr(f.talk, "gone") == NULL);
	check_things(s);
	/* And the folder takes more, twice over. */
	OK(store_add(s, STORE_LOG, "more", 4) == ERR_OK);
	leave(s, &f);
	OK(look(&s, &f) == ERR_OK && strstr(f.log, "more") != NULL);
	leave(s, &f);
}

/* The story with this fault at its n-th call; true when it struck. */
static bool
struck(enum fault which, uint32_t n)
{
	int status;
	pid_t pid;

	*shared = (struct shared){ .calls = 0 };
	fake_dir(dir);
	(void)snprintf(shadow, sizeof shadow, "%s.synced", dir);
	OK(mkdir(shadow, 0700) == 0);
	OK((pid = fork()) >= 0);
	if (pid == 0) {
		fault = which;
		fault_at = n;
		calls = &shared->calls;
		play();
		_exit(0);
	}
	OK(waitpid(pid, &status, 0) == pid);
	OK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL
			       : WEXITSTATUS(status) == 0);
	calls = &shared->calls;
	if (WIFSIGNALED(status) && which != FAULT_KILL) {
		fault = which;
		fault_at = 0;
		cut_power();
		fault = FAULT_NONE;
	}
	check();
	fake_remove(dir);
	fake_remove(shadow);
	return WIFSIGNALED(status);
}

static void
whatever_is_acknowledged_survives(enum fault which)
{
	uint32_t n = 1;

	while (struck(which, n))
		n += SELDOM;
	OK(shared->whole && shared->calls > 30);
}

static void
a_killed_desk_loses_nothing_acknowledged(void)
{
	whatever_is_acknowledged_survives(FAULT_KILL);
}

static void
a_power_cut_loses_nothing_acknowledged(void)
{
	whatever_is_acknowledged_survives(FAULT_POWER);
}

static void
a_power_cut_that_left_some_of_the_rest_loses_nothing_either(void)
{
	for (unsigned i = 0; i < 2; i++)
		whatever_is_acknowledged_survives(FAULT_MIXED);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
key = key_memory(32);
OK(key != NULL);
shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
OK(shared != MAP_FAILED);
T(a_killed_desk_loses_nothing_acknowledged)
T(a_power_cut_loses_nothing_acknowledged)
T(a_power_cut_that_left_some_of_the_rest_loses_nothing_either)
key_memory_free(key);
T_END
