/*
 * The file of a closed day, as a broken or hostile disk gives it.  The first
 * byte says what is done to the rest of the input before it is read: 1 the file
 * gets the size that its head claims, 2 its digests are made to fit its index,
 * 4 the index changes behind the pool's back once it has been read.  What is
 * accepted has rising tags, and each is found where it stands; whatever is
 * there, looking ends.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/enc.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "pool/closed.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define DAY 20000U
#define TAGS_MAX 4096U
#define DIGESTS 28U

static uint8_t tags[(TAGS_MAX + 1U) * POOL_TAG_BYTES];

static void
read_all(void *to, int fd, size_t n, uint64_t at)
{
	ssize_t got = pread(fd, to, n, (off_t)at);

	assert(got >= 0);
	memset((uint8_t *)to + got, 0, n - (size_t)got);
}

/* Size and digests as the head would have them. */
static void
mend(int fd, uint8_t how)
{
	struct closed c = { .fd = fd };
	uint8_t head[CLOSED_BLOCK], digest[SHA256_BYTES];
	const enum pool_kind kinds[] = { POOL_LETTER, POOL_PART };

	read_all(head, fd, sizeof head, 0);
	c.letters = enc_get_u32(head + 20);
	c.parts = enc_get_u32(head + 24);
	if (how & 1U)
		assert(
		    ftruncate(fd, (off_t)closed_size(c.letters, c.parts)) == 0);
	if (!(how & 2U) || c.letters > TAGS_MAX || c.parts > TAGS_MAX)
		return;
	for (unsigned i = 0; i < 2; i++) {
		const size_t len =
		    (size_t)closed_count(&c, kinds[i]) * POOL_TAG_BYTES;

		read_all(tags, fd, len, closed_tag_at(&c, kinds[i], 0));
		sha256(digest, tags, len);
		assert(pwrite(fd, digest, sizeof digest,
			   DIGESTS + (off_t)i * SHA256_BYTES) ==
		    (ssize_t)sizeof digest);
	}
}

static void
check(const struct closed *c, enum pool_kind kind)
{
	const uint32_t all = closed_count(c, kind);
	const uint32_t some = all < TAGS_MAX ? all : TAGS_MAX;
	uint32_t at;

	read_all(tags, c->fd, (size_t)some * POOL_TAG_BYTES,
	    closed_tag_at(c, kind, 0));
	for (uint32_t i = 0; i < some; i++) {
		uint8_t *tag = tags + i * POOL_TAG_BYTES;

		assert(i == 0 ||
		    memcmp(tag - POOL_TAG_BYTES, tag, POOL_TAG_BYTES) < 0);
		assert(closed_find(c, kind, tag, &at) == ERR_OK && at == i);
	}
}

/* Other bytes lie there now: no answer is right, but there is one. */
static void
look_in_ruins(const struct closed *c, const uint8_t *p, size_t n)
{
	const size_t len = n < sizeof tags ? n : sizeof tags;
	uint8_t tag[POOL_TAG_BYTES] = { 0 };
	uint32_t at;

	assert(pwrite(c->fd, p, len, CLOSED_BLOCK) == (ssize_t)len);
	for (size_t i = 0; i + POOL_TAG_BYTES <= len && i < 1024;
	     i += POOL_TAG_BYTES) {
		memcpy(tag, p + len - POOL_TAG_BYTES - i, sizeof tag);
		if (closed_find(c, POOL_LETTER, tag, &at) == ERR_OK)
			assert(at < c->letters);
		if (closed_find(c, POOL_PART, tag, &at) == ERR_OK)
			assert(at < c->parts);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct closed c = { .fd = -1 };
	int fd;

	if (n == 0)
		return 0;
	assert(crypt_init() == ERR_OK);
	fd = memfd_create("day", MFD_CLOEXEC);
	assert(fd >= 0 && pwrite(fd, p + 1, n - 1, 0) == (ssize_t)(n - 1));
	mend(fd, p[0]);
	if (closed_read(&c, fd, DAY) == ERR_OK) {
		check(&c, POOL_LETTER);
		check(&c, POOL_PART);
		if (p[0] & 4U)
			look_in_ruins(&c, p + 1, n - 1);
	} else {
		assert(c.fd == -1);
	}
	(void)close(fd);
	return 0;
}
