#include "pool/inside.h"

#define PARTS_BY_DOUBLING 64U /* from 16 to 1,024 by doubling */

uint32_t
room_filled_letters(const struct pool *pool, uint32_t n)
{
	return n < pool->set.fill_letters ? pool->set.fill_letters : n;
}

/* To the next of 16, 32, ... 1,024; above that to the next eighth of the power
 * of two below. */
uint32_t
room_filled_parts(const struct pool *pool, uint32_t n)
{
	const uint64_t least = pool->set.fill_parts;
	uint64_t power = least, step;

	if (least == 0)
		return n;
	while (power < n)
		power *= 2U;
	if (n <= least * PARTS_BY_DOUBLING)
		return (uint32_t)power;
	step = power / 16U;
	return (uint32_t)((n + step - 1U) / step * step);
}

/* An open day takes its files now and its closed file soon. */
static uint64_t
open_bytes(const struct pool *pool, uint32_t letters, uint32_t parts)
{
	return (uint64_t)letters * POOL_LETTER_BYTES +
	    (uint64_t)parts * POOL_PART_BYTES +
	    closed_size(room_filled_letters(pool, letters),
		room_filled_parts(pool, parts));
}

static uint64_t
used_with(const struct pool *pool, const struct room_ask *more)
{
	uint64_t used = 2U * (pool->unfinished - more->own);
	const struct day *day;
	bool is_last;

	for (size_t i = 0; i < pool->days; i++) {
		day = &pool->day[i];
		is_last = i + 1U == pool->days;
		if (day->file.fd >= 0)
			used += closed_size(day->file.letters, day->file.parts);
		else
			used += open_bytes(pool,
			    day->letters + (is_last ? more->letters : 0),
			    day->parts + (is_last ? more->parts : 0));
	}
	return used;
}

uint64_t
room_used(const struct pool *pool)
{
	const struct room_ask nothing = { .parts = 0 };

	return used_with(pool, &nothing);
}

/* A tenth is for letters only, a tenth for desks only. */
static uint64_t
limit(const struct pool *pool, enum pool_who who, bool parts)
{
	const uint64_t tenth = pool->set.capacity / 10U;

	return pool->set.capacity - (who == POOL_SOURCE ? tenth : 0) -
	    (parts ? tenth : 0);
}

/* One day's parts take at most a fifth of the rest. */
static uint64_t
limit_of_day(const struct pool *pool)
{
	return pool->set.capacity / 10U * 8U / 5U;
}

static uint64_t
parts_of_today(const struct pool *pool, uint32_t more)
{
	const uint32_t n =
	    (pool->days > 0 ? pool->day[pool->days - 1U].parts : 0) + more;

	return ((uint64_t)n + room_filled_parts(pool, n)) * POOL_PART_BYTES;
}

enum err
room_ask(const struct pool *pool, const struct room_ask *ask)
{
	if (used_with(pool, ask) > limit(pool, ask->who, ask->parts > 0))
		return ERR_FULL;
	if (ask->parts > 0 &&
	    parts_of_today(pool, ask->parts) > limit_of_day(pool))
		return ERR_FULL;
	return ERR_OK;
}

uint32_t
room_parts(const struct pool *pool, enum pool_who who)
{
	const uint64_t all = limit(pool, who, true), today = limit_of_day(pool);
	const uint64_t used = room_used(pool);
	const uint64_t used_today =
	    parts_of_today(pool, 0) + 2U * pool->unfinished;
	uint64_t left, left_today;

	if (used >= all || used_today >= today)
		return 0;
	left = (all - used) / (2U * POOL_PART_BYTES);
	left_today = (today - used_today) / (2U * POOL_PART_BYTES);
	left = left < left_today ? left : left_today;
	return left < POOL_PARTS_MAX ? (uint32_t)left : POOL_PARTS_MAX;
}

enum err
pool_room(struct pool *pool, struct pool_room *room)
{
	if (pool->lost)
		return ERR_IO;
	room->used = room_used(pool);
	room->capacity = pool->set.capacity;
	return ERR_OK;
}
