#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DAY_SECONDS 86400U

#ifdef SOTTO_SIM
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/enc.h"

static const uint8_t *ahead;

const char *
clock_file(void)
{
	const char *path = getenv("SOTTO_CLOCK");

	return path == NULL || path[0] == '\0' ? NULL : path;
}

static void
sim_init(void)
{
	const char *path = clock_file();
	void *p;
	int fd;

	if (path == NULL || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return;
	p = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
	if (p != MAP_FAILED)
		ahead = p;
	(void)close(fd);
}

static uint64_t
sim_ahead(void)
{
	return ahead == NULL ? 0 : enc_get_u64(ahead);
}
#else
const char *
clock_file(void)
{
	return NULL;
}

static void
sim_init(void)
{
}

static uint64_t
sim_ahead(void)
{
	return 0;
}
#endif

void
clock_init(void)
{
	sim_init();
	(void)clock_now();
	(void)clock_ms();
}

uint64_t
clock_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec + sim_ahead();
}

uint32_t
clock_day(void)
{
	return (uint32_t)(clock_now() / DAY_SECONDS);
}

uint32_t
clock_hour(void)
{
	return (uint32_t)(clock_now() / 3600U);
}

uint64_t
clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000U + (uint64_t)t.tv_nsec / 1000000U;
}

void
clock_sleep(uint64_t ms)
{
	const struct timespec t = {
		.tv_sec = (time_t)(ms / 1000U),
		.tv_nsec = (long)(ms % 1000U) * 1000000L,
	};

	(void)nanosleep(&t, NULL);
}

/* Counted in eras of 400 years that begin on the first of March, so that the
 * leap day is the last of its year (proleptic Gregorian calendar). */
void
clock_date(char out[static CLOCK_DATE_BYTES], uint32_t day)
{
	uint32_t z, era, doe, yoe, doy, mp, d, m, y;

	z = (day < CLOCK_DAY_LAST ? day : CLOCK_DAY_LAST) + 719468U;
	era = z / 146097U;
	doe = z % 146097U;
	yoe = (doe - doe / 1460U + doe / 36524U - doe / 146096U) / 365U;
	doy = doe - (365U * yoe + yoe / 4U - yoe / 100U);
	mp = (5U * doy + 2U) / 153U;
	d = doy - (153U * mp + 2U) / 5U + 1U;
	m = mp < 10U ? mp + 3U : mp - 9U;
	y = yoe + era * 400U + (m <= 2U);
	(void)snprintf(out, CLOCK_DATE_BYTES, "%04u-%02u-%02u", y % 10000U,
	    m % 100U, d % 100U);
}

/* `n` digits as a number; past any part of a date when they are none. */
static uint32_t
digits(const char *s, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return UINT32_MAX;
		v = v * 10 + (uint32_t)(s[i] - '0');
	}
	return v;
}

enum err
clock_date_read(uint32_t *day, const char *s, size_t n)
{
	char again[CLOCK_DATE_BYTES];
	uint32_t y, m, d, got;

	if (n != CLOCK_DATE_BYTES - 1)
		return ERR_FORMAT;
	y = digits(s, 4);
	m = digits(s + 5, 2);
	d = digits(s + 8, 2);
	if (y < 1970 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31)
		return ERR_FORMAT;
	y -= m <= 2;
	m = m > 2 ? m - 3 : m + 9;
	got = y * 365U + y / 4U - y / 100U + y / 400U + (153U * m + 2U) / 5U +
	    d - 1U - 719468U;
	/* A day that the month does not have is another one's. */
	clock_date(again, got);
	if (memcmp(again, s, n) != 0)
		return ERR_FORMAT;
	*day = got;
	return ERR_OK;
}
