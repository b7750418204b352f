/*
 * rooms: milliseconds, the least of 40, of a room made and /bin/true run in it
 * to its end; of another run in a room that is there; and of the end of a room.
 * It is linked with whatever sotto is linked with, because a room is the
 * program itself, executed again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "os/worker.h"

#define RUNS 40U

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
need(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "rooms: %s: %s\n", what, err_name(e));
	exit(1);
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = { { NULL, NULL } };
	static const char *const words[] = { "true", NULL };
	const struct worker_run run = { .argv = words };
	double whole = 0, again = 0, end = 0;
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	for (unsigned i = 0; i < RUNS; i++) {
		struct worker *w;
		double began = now(), one, ran, ended;

		need(worker_open(&w, &worker_usual), "no room");
		need(worker_run(w, &run, NULL), "nothing runs in it");
		one = now() - began;
		ran = now();
		need(worker_run(w, &run, NULL), "nothing runs again");
		ran = now() - ran;
		ended = now();
		worker_close(w);
		ended = now() - ended;
		whole = i == 0 || one < whole ? one : whole;
		again = i == 0 || ran < again ? ran : again;
		end = i == 0 || ended < end ? ended : end;
	}
	printf("%.2f %.2f %.2f\n", whole, again, end);
	return 0;
}
