/*
 * A file of a desk's folder, as a broken or hostile disk gives it.  The input
 * is a list of changes to a file of three records (where u16, what u8), or
 * with an odd first byte the file itself.  What is read is a beginning of what
 * was written and nothing else, and the file can be gone on with.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypt/crypt.h"
#include "desk/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define RECORDS 3U
#define MOST 65536U

static const uint8_t key[32] = { 1 };
static char path[64];
static uint8_t written[MOST];
static size_t written_n;
static unsigned taken;

static enum err
take(void *who, const uint8_t *p, size_t n)
{
	const size_t is = 20U * (taken + 1);

	(void)who;
	assert(taken < RECORDS && n == is);
	for (size_t i = 0; i < n; i++)
		assert(p[i] == taken);
	taken++;
	return ERR_OK;
}

static enum err
walk(void *who, struct record_part head, struct record_part tail)
{
	(void)who;
	assert(head.n > 0 && (tail.n == 0 || tail.n == 700));
	return ERR_OK;
}

static void
put_file(const uint8_t *p, size_t n)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	(void)close(fd);
}

static void
make(void)
{
	static const uint8_t tail[700] = { 7 };
	struct record r;
	uint8_t head[20 * RECORDS];
	int fd;

	assert(crypt_init() == ERR_OK);
	(void)snprintf(path, sizeof path, "/tmp/sotto-fuzz-record-XXXXXX");
	fd = mkstemp(path);
	assert(fd >= 0);
	(void)close(fd);
	assert(record_load(&r, path, key,
		   (struct record_taker){ take, NULL }) == ERR_OK);
	for (unsigned i = 0; i < RECORDS; i++) {
		memset(head, (int)i, sizeof head);
		assert(record_add_two(&r,
			   (struct record_part){ head, 20U * (i + 1) },
			   (struct record_part){
			       tail, i == 1 ? sizeof tail : 0 }) == ERR_OK);
	}
	fd = open(path, O_RDONLY);
	assert(fd >= 0);
	written_n = (size_t)read(fd, written, sizeof written);
	assert(written_n > 700 && written_n < sizeof written);
	(void)close(fd);
	(void)unlink(path);
}

static void
look(void)
{
	const struct record_taker taker = { take, NULL };
	struct record r;
	struct buf tail;
	unsigned before;
	enum err e;

	taken = 0;
	e = record_load(&r, path, key, taker);
	assert(e == ERR_OK || e == ERR_FORGED || e == ERR_IO);
	if (e != ERR_OK)
		return;
	before = taken;
	taken = 0;
	/* What was torn is cut.  A damaged tail is looked at once it is the
	 * last thing there, and is torn then too. */
	assert(record_load(&r, path, key, taker) == ERR_OK && taken <= before);
	(void)!record_walk(&r, (struct record_walker){ walk, NULL });
	buf_init(&tail, MOST);
	for (uint64_t at = 0; at < r.len; at += 17)
		(void)!record_tail(&r, at, &tail);
	buf_drop(&tail);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t changed[MOST];

	if (written_n == 0)
		make();
	if (n == 0 || n > sizeof changed)
		return 0;
	if (p[0] % 2 != 0) {
		put_file(p + 1, n - 1);
	} else {
		size_t len = written_n;

		memcpy(changed, written, written_n);
		for (size_t i = 1; i + 3 <= n; i += 3) {
			const size_t at = (p[i] * 256U + p[i + 1]) % written_n;

			/* Changed, or cut there. */
			if (p[i + 2] == 0)
				len = at;
			else
				changed[at] ^= p[i + 2];
		}
		put_file(changed, len);
	}
	look();
	(void)unlink(path);
	return 0;
}
