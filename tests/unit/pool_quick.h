/*
 * pool_quick: a pool of a test in which nothing is cut off, so that nothing has
 * to be synced, and whose days go by when the test says so.
 */
#ifndef POOL_QUICK_H
#define POOL_QUICK_H

#include "pool_fake.h"

/* What is synced is test_pool_faults' to see; here it would only take time. */
int
fsync(int fd)
{
	(void)fd;
	return 0;
}

int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static char dir[64];

static inline struct pool *
opened_with(uint32_t day, const struct pool_settings *settings)
{
	struct pool *pool = NULL;

	OK(pool_open(&pool, dir, settings, FAKE_NOON(day)) == ERR_OK);
	return pool;
}

static inline struct pool *
fresh(void)
{
	fake_dir(dir);
	return opened_with(FAKE_DAY, &fake_settings);
}

static inline void
done(struct pool *pool)
{
	pool_close(pool);
	fake_remove(dir);
}

static inline void
next_day(struct pool *pool)
{
	pool_now(pool, FAKE_NOON(pool_today(pool) + 1U));
	OK(fake_steps(pool) == ERR_OK);
}

#endif
