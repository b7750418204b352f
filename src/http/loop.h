/*
 * loop: waiting for many descriptors and for time, on epoll(7).
 *
 * A descriptor is watched by one callback.  Callbacks may watch, unwatch and
 * close anything; one that was unwatched in the same round is not called, or at
 * worst once for nothing if its number was taken again: callbacks therefore
 * never block.
 */
#ifndef HTTP_LOOP_H
#define HTTP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/server.h"

#define LOOP_FD_MAX 4096

struct loop_slot {
	void (*ready)(void *with, int fd);
	void *with;
	bool guest;
};

struct loop {
	int fd; /* -1: not open */
	struct http_timer *timers; /* in order of time */
	struct loop_slot *slots; /* LOOP_FD_MAX of them */
	bool guested; /* a guest's call was made, or a timer's */
};

#define LOOP_IN 1U
#define LOOP_OUT 2U
#define LOOP_EDGE 4U /* only when something new comes */
#define LOOP_GONE 8U /* the other side has ended its sending */
#define LOOP_GUEST 16U /* what is called is not the server's own */

enum err loop_open(struct loop *l) MUST_USE;
void loop_close(struct loop *l);
enum err loop_watch(struct loop *l, int fd, unsigned what,
    void (*ready)(void *with, int fd), void *with) MUST_USE;
void loop_unwatch(struct loop *l, int fd);
/* The same for a descriptor that somebody else closes right now. */
void loop_forget(struct loop *l, int fd);
void loop_timer_start(struct loop *l, struct http_timer *t, uint64_t at);
void loop_timer_stop(struct loop *l, struct http_timer *t);

/* Wait at most `ms` and make the calls that are due. */
enum err loop_turn(struct loop *l, unsigned ms) MUST_USE;

#endif
