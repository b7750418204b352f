/*
 * clock: the time, and the day in UTC by which everything is kept.
 *
 * A day is the number of days since 1970-01-01 UTC.  The test build alone
 * (SOTTO_SIM) can be told another time, through a file; see clock_init().
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_DATE_BYTES 11 /* 2022-03-04 and a NUL */

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

#endif
