#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "letter/part.h"
#include "t.h"

static uint8_t plain[PART_PLAIN];

static void
a_file_takes_as_many_parts_as_it_needs(void)
{
	static const struct {
		uint64_t size;
		uint32_t count;
		size_t last;
	} rows[] = {
		{ 0, 0, 0 },
		{ 1, 1, 1 },
		{ PART_PLAIN - 1, 1, PART_PLAIN - 1 },
		{ PART_PLAIN, 1, PART_PLAIN },
		{ PART_PLAIN + 1, 2, 1 },
		{ UINT64_C(2) << 30, 2052, 749121 },
		{ UINT64_C(1) << 40, 1050479, 466170 },
	};

	OK(PART_PLAIN == 1046677);
	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(part_count(rows[i].size) == rows[i].count);
		if (rows[i].count == 0)
			continue;
		OK(part_bytes(rows[i].size, rows[i].count - 1) == rows[i].last);
		if (rows[i].count > 1)
			OK(part_bytes(rows[i].size, 0) == PART_PLAIN);
	}
}

/* Join a file of `size` bytes, all of them `c`, whose hash is that of `of`. */
static enum err
join(uint64_t size, uint8_t c, uint64_t of)
{
	uint8_t hash[SHA256_BYTES];
	struct sha256 *h = sha256_open();
	struct part_join j;
	size_t take;
	enum err e;

	OK(h != NULL);
	memset(plain, c, sizeof plain);
	for (uint64_t left = of; left > 0; left -= take) {
		take = left < PART_PLAIN ? (size_t)left : PART_PLAIN;
		sha256_add(h, plain, take);
	}
	sha256_end(h, hash);
	sha256_close(h);
	OK(part_join_open(&j, size, hash) == ERR_OK);
	for (uint32_t i = 0; i < part_count(size); i++) {
		memset(plain, 0, sizeof plain);
		memset(plain, c, part_bytes(size, i));
		OK(part_join_add(&j, plain, &take) == ERR_OK);
		OK(take == part_bytes(size, i));
	}
	OK(part_join_add(&j, plain, &take) == ERR_FORMAT);
	e = part_join_end(&j);
	part_join_close(&j);
	part_join_close(&j);
	return e;
}

static void
parts_are_joined_and_the_whole_is_checked(void)
{
	OK(join(0, 7, 0) == ERR_OK);
	OK(join(1, 7, 1) == ERR_OK);
	OK(join(PART_PLAIN, 7, PART_PLAIN) == ERR_OK);
	OK(join(3 * PART_PLAIN + 5, 7, 3 * PART_PLAIN + 5) == ERR_OK);
	OK(join(3 * PART_PLAIN + 5, 7, 3 * PART_PLAIN + 4) == ERR_FORGED);
	OK(join(0, 7, 1) == ERR_FORGED);
}

static void
what_follows_the_file_must_be_nothing(void)
{
	static const size_t places[] = { 10, 11, PART_PLAIN / 2,
		PART_PLAIN - 1 };
	const uint8_t hash[SHA256_BYTES] = { 0 };
	struct part_join j;
	size_t take = 99;

	for (size_t i = 0; i < COUNT(places); i++) {
		memset(plain, 0, sizeof plain);
		plain[places[i]] = 1;
		OK(part_join_open(&j, 10, hash) == ERR_OK);
		OK(part_join_add(&j, plain, &take) == ERR_FORMAT);
		OK(take == 99 && part_join_end(&j) == ERR_SHORT);
		part_join_close(&j);
	}
}

static void
refused_memory_is_said(void)
{
	const uint8_t hash[SHA256_BYTES] = { 0 };
	struct part_join j;
	const unsigned held = alloc_held();

	for (unsigned n = 1;; n++) {
		alloc_refuse(n);
		const enum err e = part_join_open(&j, 10, hash);

		alloc_refuse(0);
		if (e == ERR_OK)
			break;
		OK(e == ERR_NOMEM && alloc_held() == held);
	}
	part_join_close(&j);
	OK(alloc_held() == held);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_file_takes_as_many_parts_as_it_needs)
T(parts_are_joined_and_the_whole_is_checked)
T(what_follows_the_file_must_be_nothing)
T(refused_memory_is_said)
T_END
