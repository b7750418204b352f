/*
 * desk_newcomer: a device that waits to be taken in by the desk of desk_team.h,
 * and what that gives it.
 */
#ifndef UNIT_DESK_NEWCOMER_H
#define UNIT_DESK_NEWCOMER_H

#include "desk_team.h"

#include "desk/members.h"
#include "desk/pack.h"
#include "desk/waiting.h"
#include "desk/welcome.h"
#include "desk/words.h"

#define NEW_WORDS "another horse battery staple"

static char home[64], there[80], file[80];
static struct waiting *own;
static struct join request;

static inline enum err
nothing_to_ask(void *who, const struct welcome *w)
{
	struct welcome *to = who;

	if (to != NULL)
		*to = *w;
	return ERR_OK;
}

static const struct welcome_ask yes = { nothing_to_ask, NULL };

static inline void
wait_for_it(void)
{
	struct buf note;

	(void)snprintf(home, sizeof home, "/tmp/sotto-home-XXXXXX");
	OK(mkdtemp(home) != NULL);
	(void)snprintf(there, sizeof there, "%s/desk", home);
	(void)snprintf(file, sizeof file, "%s/welcome", home);
	OK(mkdir(there, 0700) == 0);
	OK((own = waiting_new()) != NULL);
	OK(waiting_make(own, "Night desk", NEW_WORDS, strlen(NEW_WORDS)) ==
	    ERR_OK);
	OK(waiting_save(own, there) == ERR_OK);
	buf_init(&note, JOIN_MAX);
	OK(waiting_join(&note, own) == ERR_OK);
	OK(join_read(&request, note.at, note.len) == ERR_OK);
	buf_drop(&note);
}

static inline void
leave_it(void)
{
	waiting_close(own);
	(void)nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	end_all();
}

/* The admin signs it in; who reads there, if anybody. */
static inline void
admit(enum member_role role, bool reads)
{
	struct roster_member m = { { 7 }, "Night desk", role };
	struct roster *next = calloc(1, sizeof *next);

	OK(next != NULL);
	roster_begin(
	    next, desk_roster(desk), desk_roster_hash(desk), clock_day());
	OK(roster_join(next, request.key, &m, true) == ERR_OK);
	if (reads)
		OK(roster_set_reader(next, next->doors[0].id, m.id, true) ==
		    ERR_OK);
	OK(members_sign(desk, next, team_seed) == ERR_OK);
	wipe_free(next, sizeof *next);
}

static inline enum err
give(struct pack_said_of *said)
{
	struct buf out;
	enum err e;

	buf_init(&out, 64U << 20);
	e = pack_give(desk, &request, age_sink_buf(&out), said);
	if (e == ERR_OK)
		OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	return e;
}

/* Two writers, one with a file of two parts; junk, read, answered. */
static inline void
live(void)
{
	const size_t n = PART_PLAIN + 5;
	uint8_t *bytes = a_file(n);
	struct writer w, second;

	writer_make(&w, 1);
	writer_make(&second, 2);
	send(&w, &(struct what){ .text = "one", .id = 1, .name = "Kestrel" });
	send(&second, &(struct what){ .text = "two", .id = 2 });
	send(&w,
	    &(struct what){ .text = "three",
		.id = 3,
		.file = bytes,
		.file_n = n,
		.file_name = "f" });
	sync_all();
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	OK(desk_set_junk(desk, desk_at(desk, 1), true) == ERR_OK);
	OK(desk_set_terms(desk, desk_at(desk, 0), 1, "K.", "an insider") ==
	    ERR_OK);
	wipe_free(bytes, n);
}

static inline void
sees_the_same(struct desk *a, struct desk *b)
{
	uint8_t one[SHA256_BYTES], two[SHA256_BYTES];

	OK(desk_count(a) == desk_count(b));
	for (size_t i = 0; i < desk_count(a); i++) {
		const struct conv *c = desk_at(a, i), *d = desk_at(b, i);

		OK(c->said_n == d->said_n && strcmp(c->handle, d->handle) == 0);
		OK(c->junk == d->junk && conv_unread(c) == conv_unread(d));
		OK(strcmp(c->name, d->name) == 0 && c->level == d->level);
		OK(strcmp(c->byline, d->byline) == 0);
		for (size_t j = 0; j < c->said_n; j++)
			OK(c->said[j]->text_len == d->said[j]->text_len &&
			    memcmp(c->said[j]->text, d->said[j]->text,
				c->said[j]->text_len) == 0);
	}
	OK(teamlog_digest(desk_log(a), one) == ERR_OK);
	OK(teamlog_digest(desk_log(b), two) == ERR_OK);
	OK(memcmp(one, two, sizeof one) == 0);
}

static inline struct desk *
open_there(void)
{
	struct desk *d = NULL;

	OK(desk_open(&d, there, NEW_WORDS, strlen(NEW_WORDS)) == ERR_OK);
	return d;
}

static inline bool
is_desk(void)
{
	char key[100];

	(void)snprintf(key, sizeof key, "%s/key", there);
	return file_is_there(key);
}

#endif
