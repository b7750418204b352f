/* One log, and entries that are made by hand for it. */
#ifndef TEAMLOG_ONE_H
#define TEAMLOG_ONE_H

#include "alloc.h"
#include "t.h"
#include "team_fake.h"

#define JUNK \
	"{\"conversation\":\"000102030405060708090a0b0c0d0e0f\",\"junk\":true}"
#define GIVEN "{\"day\":1,\"envelopes\":1}"
#define MADE 40U

static struct made made[MADE];
static struct teamlog *team;
static struct roster roster;

static void
start(void)
{
	fake_roster(&roster);
	for (unsigned i = 0; i < MADE; i++)
		made_init(&made[i]);
	team = teamlog_open();
	OK(team != NULL && teamlog_roster(team, &roster) == ERR_OK);
}

static void
end(void)
{
	teamlog_close(team);
	for (unsigned i = 0; i < MADE; i++)
		made_drop(&made[i]);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
add(unsigned i)
{
	bool fresh;

	OK(teamlog_add(team, made[i].note.at, made[i].note.len, &fresh) ==
	    ERR_OK);
	OK(fresh);
}

static struct teamlog_line
line_of(unsigned i)
{
	struct teamlog_line line;

	OK(teamlog_find(team, &line, made[i].hash) == ERR_OK);
	return line;
}

static enum teamlog_standing
stands(unsigned i)
{
	return line_of(i).standing;
}

/* An entry with a harmless body behind `before` (its own number: the first). */
static void
make_by(unsigned i, unsigned hand, unsigned before)
{
	if (before != i)
		made_behind(&made[i], &made[before]);
	OK(made_end(&made[i], &hands[hand], "given-up", GIVEN) == ERR_OK);
}

/* The next one as its own desk would make it, known to `team` at once. */
static void
next_by(unsigned i, unsigned hand, const char *type, const char *body)
{
	OK(made_next(&made[i], team, &hands[hand], type, body) == ERR_OK);
	add(i);
}

#endif
