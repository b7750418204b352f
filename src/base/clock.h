/*
 * clock: the time, and the day in UTC by which everything is kept.
 *
 * A day is the number of days since 1970-01-01 UTC.  The test build alone
 * (SOTTO_SIM) can be told another time, through a file; see clock_init().
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CLOCK_DATE_BYTES 11 /* 2022-03-04 and a NUL */
#define CLOCK_DAY_LAST 2932896U /* 9999-12-31 */

/* Call once, before any sandbox.  In the test build this maps the file that
 * the environment variable SOTTO_CLOCK names: eight bytes, big end first, the
 * seconds to add to the real time; it may change while we run.  Otherwise it
 * warms up the system's clock and nothing else. */
void clock_init(void);

/* The file that tells the test build its time, for a sandbox that others must
 * be able to map it in; NULL when there is none, and in the released program.
 */
const char *clock_file(void);

/* Seconds since 1970-01-01 UTC. */
uint64_t clock_now(void);

/* The day, and the hour since 1970. */
uint32_t clock_day(void);
uint32_t clock_hour(void);

/* Milliseconds of a clock that only runs forward, for waiting and measuring.
 * Never simulated. */
uint64_t clock_ms(void);

/* Sleep for `ms` milliseconds, or until a signal. */
void clock_sleep(uint64_t ms);

/* Write the date of `day` as 2022-03-04.  Days past the year 9999 are written
 * as that year's last. */
void clock_date(char out[static CLOCK_DATE_BYTES], uint32_t day);

/* The day of a date as clock_date() writes it, from 1970-01-01 on.  ERR_FORMAT,
 * and `*day` is unchanged. */
enum err clock_date_read(uint32_t *day, const char *s, size_t n) MUST_USE;

#endif
