#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypt/crypt.h"
#include "line/child.h"

#include "front/front.h"
#include "front/machine.h"
#include "front/pages.h"

#define TICK_MS 1000U
#define HEIRLOOM_MAX (4U * 1024 * 1024)
#define HEIRLOOM_MS 10000U

/*
 * Names.
 */

/* The addresses of a listener on loopback are names of the line too. */
static enum err
name_loopback(struct front *f)
{
	struct sockaddr_in at = { .sin_family = AF_UNSPEC };
	socklen_t n = sizeof at;
	char name[64];
	enum err e;

	if (getsockname(f->line.listen, (struct sockaddr *)&at, &n) != 0 ||
	    at.sin_family != AF_INET ||
	    (ntohl(at.sin_addr.s_addr) >> 24) != IN_LOOPBACKNET)
		return ERR_OK;
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "%s:%u",
		    i == 0 ? "127.0.0.1" : "localhost", ntohs(at.sin_port));
		if ((e = http_server_name(f->http, name)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
name_all(struct front *f)
{
	enum err e = name_loopback(f);

	for (unsigned i = 0; e == ERR_OK && i < f->line.settings.hosts; i++)
		e = http_server_name(f->http, f->line.settings.host[i]);
	return e;
}

/*
 * The warden, and the front before and after us.
 */

static void
give_heirlooms(struct front *f)
{
	struct buf all;
	struct talk t;
	enum err e = ERR_OK;

	buf_init(&all, HEIRLOOM_MAX);
	if (f->line.role == ROLE_FRONT)
		e = pages_hand_over(&all);
	for (size_t at = 0; e == ERR_OK && at < all.len; at += t.n) {
		t = talk_of(TALK_HEIRLOOM, 0);
		t.bytes = all.at + at;
		t.n = all.len - at < TALK_HEIRLOOM_MAX ? all.len - at
						       : TALK_HEIRLOOM_MAX;
		e = talk_send(f->line.after, f->line.role, f->line.role, &t);
	}
	if (e == ERR_OK)
		e = channel_flush_wait(f->line.after, TICK_MS);
	if (e != ERR_OK)
		log_say(e, "tickets could not be handed on");
	buf_drop(&all);
	line_front_gave(&f->line);
}

/* Serve.  A front that takes over waits with it until it has the tickets of the
 * one before, which serves as long; whoever knocks in between waits at the
 * door. */
static void
open_door(struct front *f)
{
	enum err e;

	if (f->open || f->line.listen < 0)
		return;
	f->open = true;
	if (f->line.role == ROLE_FRONT)
		pages_tick();
	e = http_server_listen(f->http, f->line.listen);
	if (e != ERR_OK) {
		log_say(e, "the front cannot listen");
		_exit(1); /* the warden starts another */
	}
}

static void
before_ready(void *with, int fd)
{
	struct front *f = with;
	struct talk t;
	enum err e;

	while ((e = talk_receive(
		    f->line.before, f->line.role, f->line.role, &t)) == ERR_OK)
		if (buf_put(&f->heirloom, t.bytes, t.n) != ERR_OK)
			break;
	if (e == ERR_NOTHING)
		return;
	/* It has closed: that was all. */
	http_unwatch(f->http, fd);
	channel_close(f->line.before);
	f->line.before = NULL;
	if (f->heirloom.len > 0 && f->line.role == ROLE_FRONT &&
	    pages_take_over(f->heirloom.at, f->heirloom.len) != ERR_OK)
		log_say(ERR_FORMAT, "tickets could not be taken over");
	buf_drop(&f->heirloom);
	open_door(f);
}

static void
warden_ready(void *with, int fd)
{
	struct front *f = with;
	const int listen = f->line.listen;
	unsigned heard = 0;
	enum err e;

	(void)fd;
	e = line_front_hear(&f->line, &heard);
	if (heard & LINE_HEARD_KEEPER) {
		f->keepers++;
		front_channel_lost(f, false);
	}
	if (heard & LINE_HEARD_DERIVER)
		front_channel_lost(f, true);
	if (heard & (LINE_HEARD_KEEPER | LINE_HEARD_DERIVER))
		front_watch(f);
	if ((heard & LINE_HEARD_NOTE) && front_line_new(f) != ERR_OK)
		log_say(ERR_FORMAT, "a new key note cannot be read");
	if (heard & LINE_HEARD_RETIRE) {
		if (f->open)
			http_server_unlisten(f->http, listen);
		http_server_drain(f->http);
		give_heirlooms(f);
	}
	if (e != ERR_OK)
		_exit(0); /* the warden has gone, and with it the line */
}

/*
 * The process.
 */

static void
tick_due(void *with)
{
	struct front *f = with;

	front_ask_tick(f);
	if (clock_ms() - f->began > HEIRLOOM_MS)
		open_door(f); /* the one before died over it */
	if (f->open && f->line.role == ROLE_FRONT)
		pages_tick();
	http_timer_start(f->http, &f->tick, TICK_MS);
}

static void
add_routes(struct front *f, enum role role)
{
	const struct front_route *routes;
	size_t n;

	routes = machine_routes(&n);
	front_add_routes(f, routes, n);
	routes =
	    role == ROLE_FRONT ? pages_routes(&n) : machine_desk_routes(&n);
	front_add_routes(f, routes, n);
}

/* All that needs the system. */
static enum err
warm(struct front *f, enum role role)
{
	const struct http_server_opts opts = {
		.handler = &front_handler, .with = f, .machine = "/v1/"
	};
	enum err e;

	if ((e = crypt_init()) != ERR_OK)
		return e;
	if (role == ROLE_FRONT && (e = pages_warm()) != ERR_OK)
		return e;
	return http_server_open(&f->http, &opts);
}

/* In the sandbox, before the first outside byte. */
static enum err
begin(struct front *f, enum role role)
{
	enum err e;

	if (role == ROLE_FRONT && (e = pages_open(&f->line.settings)) != ERR_OK)
		return e;
	if ((e = front_line_new(f)) != ERR_OK || (e = name_all(f)) != ERR_OK)
		return e;
	add_routes(f, role);
	if (role == ROLE_FRONT)
		f->refusals = pages_refusals();
	buf_init(&f->heirloom, HEIRLOOM_MAX);
	front_watch(f);
	if ((e = http_watch(f->http, channel_fd(f->line.warden), false,
		 warden_ready, f)) != ERR_OK)
		return e;
	if (f->line.before != NULL &&
	    (e = http_watch(f->http, channel_fd(f->line.before), false,
		 before_ready, f)) != ERR_OK)
		return e;
	f->tick = (struct http_timer){ .due = tick_due, .with = f };
	f->began = clock_ms();
	if (f->line.before == NULL)
		open_door(f);
	tick_due(f);
	return ERR_OK;
}

/* What was asked for clients that are gone is still waited for. */
static enum err
settle(struct front *f)
{
	const uint64_t until = clock_ms() + FRONT_DERIVE_MS;
	enum err e = ERR_OK;

	while (e == ERR_OK && f->requests > 0 && clock_ms() < until)
		e = http_server_turn(f->http, TICK_MS);
	return e;
}

static int
run(enum role role)
{
	static struct front f; /* too large for a stack, and one a process */
	enum err e;

	if ((e = warm(&f, role)) != ERR_OK) {
		log_say(e, "the front cannot warm up");
		return child_status(e);
	}
	if ((e = line_start_front(&f.line, role)) != ERR_OK)
		return child_status(e);
	if ((e = begin(&f, role)) != ERR_OK)
		log_say(e, "the front cannot begin");
	if (e == ERR_OK && (e = http_server_run(f.http)) == ERR_OK)
		e = settle(&f);
	http_server_close(f.http);
	front_line_release(f.current);
	line_front_drop(&f.line);
	return child_status(e);
}

int
front_main(void)
{
	return run(ROLE_FRONT);
}

int
front_desk_main(void)
{
	return run(ROLE_DESK_FRONT);
}
