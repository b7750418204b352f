#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "http/loop.h"

#define EVENTS 64

enum err
loop_open(struct loop *l)
{
	enum err e = ERR_NOMEM;

	*l = (struct loop){ .fd = -1 };
	l->slots = calloc(LOOP_FD_MAX, sizeof *l->slots);
	if (l->slots == NULL)
		goto out;
	e = ERR_IO;
	if ((l->fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
		goto out;
	e = ERR_OK;
out:
	if (e != ERR_OK)
		loop_close(l);
	return e;
}

void
loop_close(struct loop *l)
{
	if (l->fd >= 0)
		close(l->fd);
	wipe_free(l->slots, LOOP_FD_MAX * sizeof *l->slots);
	*l = (struct loop){ .fd = -1 };
}

enum err
loop_watch(struct loop *l, int fd, unsigned what,
    void (*ready)(void *with, int fd), void *with)
{
	struct epoll_event event = { .data.fd = fd };
	bool there;

	if (fd < 0 || fd >= LOOP_FD_MAX)
		return ERR_TOOBIG;
	event.events = ((what & LOOP_IN) ? EPOLLIN : 0) |
	    ((what & LOOP_OUT) ? EPOLLOUT : 0) |
	    ((what & LOOP_EDGE) ? EPOLLET : 0) |
	    ((what & LOOP_GONE) ? EPOLLRDHUP : 0);
	there = l->slots[fd].ready != NULL;
	if (epoll_ctl(
		l->fd, there ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
		return errno == ENOMEM ? ERR_NOMEM : ERR_IO;
	l->slots[fd] = (struct loop_slot){
		.ready = ready, .with = with, .guest = what & LOOP_GUEST
	};
	return ERR_OK;
}

void
loop_unwatch(struct loop *l, int fd)
{
	if (fd < 0 || fd >= LOOP_FD_MAX || l->slots[fd].ready == NULL)
		return;
	epoll_ctl(l->fd, EPOLL_CTL_DEL, fd, NULL);
	l->slots[fd] = (struct loop_slot){ .ready = NULL };
}

void
loop_forget(struct loop *l, int fd)
{
	if (fd >= 0 && fd < LOOP_FD_MAX)
		l->slots[fd] = (struct loop_slot){ .ready = NULL };
}

void
loop_timer_stop(struct loop *l, struct http_timer *t)
{
	struct http_timer **at;

	if (!t->on)
		return;
	for (at = &l->timers; *at != t; at = &(*at)->next)
		;
	*at = t->next;
	t->next = NULL;
	t->on = false;
}

void
loop_timer_start(struct loop *l, struct http_timer *t, uint64_t when)
{
	struct http_timer **at;

	loop_timer_stop(l, t);
	t->at = when;
	for (at = &l->timers; *at != NULL && (*at)->at <= when;
	     at = &(*at)->next)
		;
	t->next = *at;
	t->on = true;
	*at = t;
}

static void
call_due(struct loop *l)
{
	const uint64_t now = clock_ms();
	struct http_timer *t;

	while ((t = l->timers) != NULL && t->at <= now) {
		loop_timer_stop(l, t);
		l->guested = true;
		t->due(t->with);
	}
}

enum err
loop_turn(struct loop *l, unsigned ms)
{
	struct epoll_event events[EVENTS];
	uint64_t now;
	int n;

	if (l->timers != NULL && ms > 0) {
		now = clock_ms();
		if (l->timers->at <= now)
			ms = 0;
		else if (l->timers->at - now < ms)
			ms = (unsigned)(l->timers->at - now);
	}
	n = epoll_wait(l->fd, events, EVENTS, (int)ms);
	if (n < 0 && errno != EINTR)
		return ERR_IO;
	for (int i = 0; i < n; i++) {
		const int fd = events[i].data.fd;
		const struct loop_slot slot = l->slots[fd];

		l->guested |= slot.guest;
		if (slot.ready != NULL)
			slot.ready(slot.with, fd);
	}
	call_due(l);
	return ERR_OK;
}
