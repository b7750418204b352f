#include <sys/mman.h>
#include <sys/stat.h>

#include "alloc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "disk.h"
#include "store_kit.h"

static void
what_was_put_is_there_again(void)
{
	uint8_t owner[32] = { 9 };
	struct store_box box;
	struct found f;
	struct store *s;
	struct buf b;

	fresh();
	make_about();
	OK(look(&s, &f) == ERR_OK);
	OK(store_add(s, STORE_LOG, "one", 3) == ERR_OK);
	OK(store_add(s, STORE_LOG, "two", 3) == ERR_OK);
	OK(store_add(s, STORE_DAYS, "d", 1) == ERR_OK);
	OK(store_box_make(s, &box, owner, PART("hello"), NO_TAIL) == ERR_OK);
	OK(store_box_add(&box, PART("again"), NO_TAIL) == ERR_OK);
	OK(store_put(s, "roster", "R", 1) == ERR_OK);
	store_box_drop(&box);
	leave(s, &f);

	OK(look(&s, &f) == ERR_OK);
	OK(strcmp(f.log, "one two ") == 0 && strcmp(f.days, "d ") == 0);
	OK(strcmp(f.talk, "hello again ") == 0);
	OK(store_box_add(&f.box, PART("more"), NO_TAIL) == ERR_OK);
	OK(store_replace(s, STORE_DAYS, (const uint8_t *)"\0\0\0\2ab\0\0\0\1c",
	       11) == ERR_OK);
	OK(store_add(s, STORE_DAYS, "z", 1) == ERR_OK);
	buf_init(&b, 100);
	OK(store_get(s, "roster", &b) == ERR_OK && b.len == 1);
	OK(store_get(s, "nothing", &b) == ERR_NOTHING);
	buf_drop(&b);
	leave(s, &f);

	OK(look(&s, &f) == ERR_OK);
	OK(strcmp(f.days, "ab c z ") == 0);
	OK(strcmp(f.talk, "hello again more ") == 0);
	OK(store_box_destroy(s, &f.box) == ERR_OK);
	leave(s, &f);
	OK(look(&s, &f) == ERR_OK && f.talk[0] == '\0');
	leave(s, &f);
	gone();
	OK(alloc_held() == 0);
}

static void
two_desks_never_have_one_folder(void)
{
	struct store *a, *b;

	fresh();
	make_about();
	OK(store_open(&a, dir, key) == ERR_OK);
	OK(store_open(&b, dir, key) == ERR_BUSY);
	store_close(a);
	OK(store_open(&b, dir, key) == ERR_OK);
	store_close(b);
	gone();
}

static void
another_key_opens_nothing_and_harms_nothing(void)
{
	uint8_t *other = key_memory(32);
	struct found f;
	struct store *s;

	fresh();
	make_about();
	OK(look(&s, &f) == ERR_OK &&
	    store_add(s, STORE_LOG, "one", 3) == ERR_OK);
	leave(s, &f);
	other[0] = 1;
	OK(store_open(&s, dir, other) == ERR_FORGED);
	key_memory_free(other);
	OK(look(&s, &f) == ERR_OK && strcmp(f.log, "one ") == 0);
	leave(s, &f);
	gone();
}

static void
file_of(char out[static 128], const char *name)
{
	(void)snprintf(out, 128, "%s/%s", dir, name);
}

static void
a_torn_end_is_cut_and_a_damaged_middle_is_said(void)
{
	static const char two[200] = "two"; /* longer than what comes after */
	char path[128];
	struct found f;
	struct store *s;
	size_t first;
	struct buf b;

	fresh();
	make_about();
	OK(look(&s, &f) == ERR_OK);
	file_of(path, "log");
	buf_init(&b, 4096);
	OK(store_add(s, STORE_LOG, "one", 3) == ERR_OK);
	OK(file_read(&b, path) == ERR_OK);
	first = b.len;
	buf_clear(&b);
	OK(store_add(s, STORE_LOG, two, sizeof two) == ERR_OK);
	leave(s, &f);
	OK(file_read(&b, path) == ERR_OK);
	for (size_t cut = b.len - 1; cut > first; cut -= 3) {
		OK(file_write(path, b.at, cut, 0600) == ERR_OK);
		OK(look(&s, &f) == ERR_OK && strcmp(f.log, "one ") == 0);
		OK(store_add(s, STORE_LOG, "new", 3) == ERR_OK);
		leave(s, &f);
		OK(look(&s, &f) == ERR_OK);
		OK(strcmp(f.log, "one new ") == 0);
		leave(s, &f);
	}
	for (size_t i = 0; i < first; i++) {
		b.at[i] ^= 0x10;
		OK(file_write(path, b.at, b.len, 0600) == ERR_OK);
		/* A length that now says more than there is looks torn. */
		if (i >= 4) {
			OK(look(&s, &f) == ERR_FORGED);
			leave(s, &f);
		}
		b.at[i] ^= 0x10;
	}
	buf_drop(&b);
	gone();
}

/* A write, sync, rename or removal fails: what was said to be done is there. */
static void
whatever_write_fails_nothing_acknowledged_is_lost(void)
{
	bool reached = true;
	struct found f;
	struct store *s;
	enum err e;
	unsigned n;

	for (n = 1; reached; n++) {
		struct done done = { 0 };

		fresh();
		make_about();
		OK(look(&s, &f) == ERR_OK);
		disk_countdown = n;
		e = work(s, &done);
		reached = disk_countdown == 0;
		disk_countdown = 0;
		OK(reached || e == ERR_OK);
		leave(s, &f);
		OK(look(&s, &f) == ERR_OK);
		OK(count(f.log) >= done.log && count(f.talk) >= done.talk);
		OK(count(f.days) >= done.days);
		/* And the folder takes more. */
		OK(store_add(s, STORE_LOG, "x", 1) == ERR_OK);
		leave(s, &f);
		gone();
		OK(n < 200);
	}
	OK(n > 12);
}

/* The same when the process dies there; shared memory says what was
 * acknowledged. */
static void
whenever_the_process_dies_nothing_acknowledged_is_lost(void)
{
	struct done *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	struct found f;
	struct store *s;
	unsigned n;

	for (n = 1; n < 200; n++) {
		pid_t pid;

		fresh();
		make_about();
		memset(done, 0, sizeof *done);
		if ((pid = fork()) == 0) {
			OK(look(&s, &f) == ERR_OK);
			disk_die = true;
			disk_countdown = n;
			_exit(work(s, done) == ERR_OK ? 0 : 1);
		}
		OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		OK(look(&s, &f) == ERR_OK);
		OK(count(f.log) >= done->log && count(f.talk) >= done->talk);
		OK(count(f.days) >= done->days);
		OK(store_add(s, STORE_LOG, "x", 1) == ERR_OK);
		leave(s, &f);
		gone();
		if (WEXITSTATUS(status) == 0)
			break;
		OK(WEXITSTATUS(status) == 77);
	}
	OK(n > 12 && n < 200);
}

static bool
knows(void *who, const uint8_t name[static STORE_NAME_BYTES])
{
	return memcmp(who, name, STORE_NAME_BYTES) == 0;
}

static void
parts_stay_while_they_are_known(void)
{
	uint8_t *part = calloc(1, ENVELOPE_PART_BYTES);
	uint8_t a[STORE_NAME_BYTES], b[STORE_NAME_BYTES];
	const struct store_known known = { knows, a };
	struct found f;
	struct store *s;

	fresh();
	make_about();
	part[7] = 7;
	OK(look(&s, &f) == ERR_OK);
	OK(store_part_put(s, a, part) == ERR_OK);
	OK(store_part_put(s, b, part) == ERR_OK);
	OK(store_sweep_parts(s, &known) == ERR_OK);
	memset(part, 0, 8);
	OK(store_part_get(s, a, part) == ERR_OK && part[7] == 7);
	OK(store_part_get(s, b, part) == ERR_NOTHING);
	OK(store_part_del(s, a) == ERR_OK && store_part_del(s, a) == ERR_OK);
	leave(s, &f);
	wipe_free(part, ENVELOPE_PART_BYTES);
	gone();
	OK(alloc_held() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
key = key_memory(32);
crypt_random(key, 32);
T(what_was_put_is_there_again)
T(two_desks_never_have_one_folder)
T(another_key_opens_nothing_and_harms_nothing)
T(a_torn_end_is_cut_and_a_damaged_middle_is_said)
T(whatever_write_fails_nothing_acknowledged_is_lost)
T(whenever_the_process_dies_nothing_acknowledged_is_lost)
T(parts_stay_while_they_are_known)
key_memory_free(key);
T_END
