/*
 * pool_fake: envelopes that only a test takes for such, quickly made, and the
 * folder that a test's pool lies in.
 *
 *	0xe1, 'L' or 'N' (a letter or sealed to nobody), then bytes that follow
 *	from a number
 */
#ifndef POOL_FAKE_H
#define POOL_FAKE_H

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "pool/pool.h"
#include "t.h"

#define FAKE_DAY 20000U
#define FAKE_NOON(day) ((uint64_t)(day)*86400U + 43200U)

static inline enum err
fake_check(const uint8_t header[static POOL_HEADER_BYTES])
{
	return header[0] == 0xe1 ? ERR_OK : ERR_FORMAT;
}

static inline void
fake_fill(uint8_t *out, size_t n, uint8_t kind, uint64_t number)
{
	uint64_t x = number * 0x9e3779b97f4a7c15U + 1U;

	for (size_t i = 0; i < 4096U && i < n; i += 8U) {
		x ^= x << 13U;
		x ^= x >> 7U;
		x ^= x << 17U;
		enc_put_u64(out + i, x);
	}
	/* The others like the first, each with its number. */
	for (size_t i = 4096U; i < n; i += 4096U) {
		memcpy(out + i, out, 4096U);
		enc_put_u64(out + i + 8U, i ^ x);
	}
	out[0] = 0xe1;
	out[1] = kind;
}

static inline enum err
fake_nobody(uint8_t *out, size_t size)
{
	uint64_t chance;

	crypt_random(&chance, sizeof chance);
	fake_fill(out, size, 'N', chance);
	return ERR_OK;
}

static const struct pool_settings fake_settings = {
	.capacity = 4096ULL << 20U,
	.retention = 90,
	.fill_letters = 8,
	.fill_parts = 2,
	.check = fake_check,
	.nobody = fake_nobody,
};

/* The opening, tag and parts' secret of a number. */
static inline void
fake_opening(uint8_t out[static 32], uint64_t number)
{
	uint8_t n[8];

	enc_put_u64(n, number);
	sha256_two(out, "opening", 7, n, sizeof n);
}

static inline void
fake_tag(uint8_t out[static POOL_TAG_BYTES], uint64_t number)
{
	uint8_t d[32], h[32];

	fake_opening(d, number);
	sha256_two(h, "sotto/1 tag", 11, d, sizeof d);
	memcpy(out, h, POOL_TAG_BYTES);
}

static inline void
fake_secret(uint8_t out[static 32], uint64_t number)
{
	uint8_t d[32];

	fake_opening(d, number);
	sha256_two(out, "sotto/1 parts", 13, d, sizeof d);
}

static inline void
fake_part_tag(uint8_t out[static POOL_TAG_BYTES], uint64_t number, uint32_t j)
{
	uint8_t in[36], h[32];

	fake_secret(in, number);
	enc_put_u32(in + 32, j);
	sha256_two(h, "sotto/1 part", 12, in, sizeof in);
	memcpy(out, h, POOL_TAG_BYTES);
}

/* Remove a folder of a test with all that is in it. */
static inline void
fake_remove(const char *dir)
{
	char path[FILE_PATH_MAX];
	struct dirent *entry;
	DIR *d = opendir(dir);

	if (d == NULL) {
		(void)unlink(dir);
		return;
	}
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		OK(file_path(path, sizeof path, dir, entry->d_name) == ERR_OK);
		if (unlink(path) != 0)
			fake_remove(path);
	}
	(void)closedir(d);
	(void)rmdir(dir);
}

/* A fresh name below the temporary folder. */
static inline void
fake_dir(char out[static 64])
{
	(void)snprintf(out, 64, "/tmp/sotto-pool-XXXXXX");
	OK(mkdtemp(out) != NULL);
}

/* All the long work there is. */
static inline enum err
fake_steps(struct pool *pool)
{
	bool more = true;
	enum err e = ERR_OK;

	while (more && e == ERR_OK)
		e = pool_step(pool, &more);
	return e;
}

static inline enum err
fake_put(struct pool *pool, uint64_t number)
{
	uint8_t tag[POOL_TAG_BYTES], letter[POOL_LETTER_BYTES];

	fake_tag(tag, number);
	fake_fill(letter, sizeof letter, 'L', number);
	return pool_put(pool, POOL_SOURCE, tag, letter);
}

/* Is the letter of this number there, whole? */
static inline bool
fake_is_there(struct pool *pool, uint64_t number)
{
	uint8_t tag[POOL_TAG_BYTES], want[POOL_LETTER_BYTES];
	uint8_t got[POOL_LETTER_BYTES];

	fake_tag(tag, number);
	fake_fill(want, sizeof want, 'L', number);
	return pool_get(pool, tag, got) == ERR_OK &&
	    memcmp(want, got, sizeof got) == 0;
}

/* Append part j of the upload of this number. */
static inline void
fake_append(int fd, uint64_t number, uint32_t j)
{
	static uint8_t p[POOL_PART_BYTES];

	fake_fill(p, POOL_PART_BYTES, 'L', number * 1000U + j);
	OK(file_write_fd(fd, p, POOL_PART_BYTES) == ERR_OK);
}

static inline bool
fake_part_is_there(struct pool *pool, uint64_t number, uint32_t j)
{
	static uint8_t p[2U * POOL_PART_BYTES];
	uint8_t tag[POOL_TAG_BYTES];

	fake_part_tag(tag, number, j);
	fake_fill(p, POOL_PART_BYTES, 'L', number * 1000U + j);
	return pool_part(pool, tag, 0, p + POOL_PART_BYTES, POOL_PART_BYTES) ==
	    ERR_OK &&
	    memcmp(p, p + POOL_PART_BYTES, POOL_PART_BYTES) == 0;
}

/* Put parts first to first + n - 1 of the upload of this number. */
static inline enum err
fake_upload(struct pool *pool, uint64_t number, uint32_t n)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool_upload u;
	enum err e;

	enc_put_u64(id, number);
	if ((e = pool_upload_begin(pool, POOL_SOURCE, id, &u)) != ERR_OK)
		return e;
	for (uint32_t j = u.parts; u.fd >= 0 && j < n; j++)
		fake_append(u.fd, number, j);
	if (u.fd >= 0) {
		(void)close(u.fd);
		(void)close(u.eye);
	}
	return ERR_OK;
}

static inline enum err
fake_commit(struct pool *pool, uint64_t number, uint32_t n)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 }, tag[POOL_TAG_BYTES], secret[32];
	uint8_t letter[POOL_LETTER_BYTES];
	const struct pool_commit c = { POOL_SOURCE, id, n, secret, tag,
		letter };

	enc_put_u64(id, number);
	fake_tag(tag, number);
	fake_secret(secret, number);
	fake_fill(letter, sizeof letter, 'L', number);
	return pool_upload_commit(pool, &c);
}

#endif
