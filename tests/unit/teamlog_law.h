/*
 * The rules of the team's log once more, slowly: every question is asked anew
 * of all notes.  test_teamlog_world.c holds the log against it.
 */
#ifndef TEAMLOG_LAW_H
#define TEAMLOG_LAW_H

#include <stdio.h>

#include "t.h"
#include "team_fake.h"

#define DESKS 6U
#define NOTES 96U
#define ROSTERS 8U

static uint64_t schedule;

#define HOLDS(x) \
	do { \
		const bool holds_ = (x); \
		if (!holds_) \
			fprintf(stderr, "SCHEDULE=%lu: %s\n", \
			    (unsigned long)schedule, #x); \
		OK(holds_); \
	} while (0)

static struct made notes[NOTES];
static unsigned notes_n;
static struct roster rosters[ROSTERS];

struct judged {
	bool here, known, delivered, never, anchored;
	enum teamlog_standing standing;
};

static struct judged judged[NOTES];
static const struct roster *law;

/* The note that an edge names; NOTES: not here. */
static unsigned
named(const uint8_t *name)
{
	for (unsigned i = 0; i < notes_n; i++)
		if (judged[i].here && memcmp(notes[i].hash, name, 16) == 0)
			return i;
	return NOTES;
}

static const uint8_t *
edge_of(unsigned i, size_t edge)
{
	if (edge > 0)
		return notes[i].entry.heads[edge - 1];
	return notes[i].entry.number == 0 ? NULL : notes[i].entry.previous;
}

/* Does it stand behind the entry that it names? */
static bool
chain_is_right(unsigned i)
{
	const struct entry *e = &notes[i].entry, *b;

	if (e->number == 0)
		return true;
	b = &notes[named(e->previous)].entry;
	return memcmp(b->device, e->device, DEVICE_ID_BYTES) == 0 &&
	    b->number + 1 == e->number;
}

/* Deliver it if it can be; was anything found out? */
static bool
try_to_deliver(unsigned i)
{
	const struct entry *e = &notes[i].entry;
	uint64_t greatest = 0;

	for (size_t j = 0; j <= e->heads_n; j++) {
		const uint8_t *name = edge_of(i, j);
		const unsigned on = name == NULL ? NOTES : named(name);

		if (name == NULL)
			continue;
		if (on == NOTES || !judged[on].delivered)
			return false;
		if (notes[on].entry.lamport > greatest)
			greatest = notes[on].entry.lamport;
	}
	judged[i].standing =
	    !chain_is_right(i) ? TEAMLOG_CHAIN : TEAMLOG_LAMPORT;
	judged[i].never = !chain_is_right(i) || e->lamport != greatest + 1;
	judged[i].delivered = !judged[i].never;
	return true;
}

static void
deliver_all(void)
{
	bool more = true;

	while (more) {
		more = false;
		for (unsigned i = 0; i < notes_n; i++)
			if (judged[i].here && judged[i].known &&
			    !judged[i].delivered && !judged[i].never)
				more |= try_to_deliver(i);
	}
}

static void
anchor_all(void)
{
	for (size_t r = 0; r < law->past_n; r++) {
		const struct roster_past *p = &law->past[r];
		unsigned i = named(p->last);
		uint8_t id[DEVICE_ID_BYTES];

		device_id(id, p->key);
		if (p->number == 0 || i == NOTES || !judged[i].delivered ||
		    notes[i].entry.number + 1 != p->number ||
		    memcmp(notes[i].entry.device, id, sizeof id) != 0)
			continue;
		for (;;) {
			judged[i].anchored = true;
			if (notes[i].entry.number == 0)
				break;
			i = named(notes[i].entry.previous);
		}
	}
}

static bool
signed_twice(const uint8_t *device, uint32_t number)
{
	unsigned n = 0;

	for (unsigned i = 0; i < notes_n; i++)
		n += judged[i].here && judged[i].known &&
		    notes[i].entry.number == number &&
		    memcmp(notes[i].entry.device, device, DEVICE_ID_BYTES) == 0;
	return n > 1;
}

static bool
is_last_of_a_row(unsigned i)
{
	uint8_t id[DEVICE_ID_BYTES];

	for (size_t r = 0; r < law->past_n; r++) {
		device_id(id, law->past[r].key);
		if (law->past[r].number == notes[i].entry.number + 1 &&
		    memcmp(id, notes[i].entry.device, sizeof id) == 0 &&
		    memcmp(law->past[r].last, notes[i].hash, 16) == 0)
			return true;
	}
	return false;
}

static bool
forked(unsigned i)
{
	const struct entry *e = &notes[i].entry;
	uint32_t first = 0;

	if (judged[i].anchored)
		return false;
	for (unsigned j = i; notes[j].entry.number > 0;) {
		j = named(notes[j].entry.previous);
		if (!judged[j].anchored)
			continue;
		if (!is_last_of_a_row(j))
			return true;
		first = notes[j].entry.number + 1;
		break;
	}
	for (uint32_t n = first; n <= e->number; n++)
		if (signed_twice(e->device, n))
			return true;
	return false;
}

static enum teamlog_standing
standing(unsigned i)
{
	const struct entry *e = &notes[i].entry;
	const enum effect_kind kind = effect_kind(e->type);
	const uint8_t *member, *prev = edge_of(i, 0);
	enum member_role role;
	struct effect effect;
	bool reads;

	if (!judged[i].known)
		return TEAMLOG_STRANGER;
	if (judged[i].never)
		return judged[i].standing;
	if (!judged[i].delivered)
		return prev != NULL &&
			(named(prev) == NOTES || !judged[named(prev)].delivered)
		    ? TEAMLOG_GAP
		    : TEAMLOG_CITES;
	if (forked(i))
		return TEAMLOG_FORKED;
	if (roster_role_at(law, roster_key(law, e->device), e->number, &member,
		&role) != ROSTER_ROLE)
		return TEAMLOG_GONE;
	if (kind == EFFECT_UNKNOWN)
		return TEAMLOG_TYPE;
	reads = effect_read(&effect, kind, e->body.at, e->body.len) == ERR_OK;
	if (!effect_allowed(kind, role,
		memcmp(e->device, law->hands_out, DEVICE_ID_BYTES) == 0) &&
	    !(kind == EFFECT_HAND_OUT && reads && effect.chain_n == 16 &&
		role != MEMBER_VIEWER))
		return TEAMLOG_ROLE;
	return reads ? TEAMLOG_EFFECT : TEAMLOG_BODY;
}

static void
judge_slowly(const struct roster *r, const bool has[static NOTES])
{
	law = r;
	memset(judged, 0, sizeof judged);
	for (unsigned i = 0; i < notes_n; i++) {
		judged[i].here = has[i];
		judged[i].known =
		    roster_key(law, notes[i].entry.device) != NULL;
	}
	deliver_all();
	anchor_all();
	for (unsigned i = 0; i < notes_n; i++)
		if (judged[i].here)
			judged[i].standing = standing(i);
}

/* Names that are spoken of and not here. */
static uint8_t lacking[NOTES][TEAMLOG_NAME_BYTES];
static size_t lacking_n;

static bool
is_lacking(const uint8_t *name)
{
	for (size_t i = 0; i < lacking_n; i++)
		if (memcmp(lacking[i], name, TEAMLOG_NAME_BYTES) == 0)
			return true;
	return false;
}

static void
add_lacking(const uint8_t *name)
{
	if (named(name) != NOTES || is_lacking(name))
		return;
	HOLDS(lacking_n < NOTES);
	memcpy(lacking[lacking_n++], name, TEAMLOG_NAME_BYTES);
}

/* May it ever have effect, were all the rest here? */
static bool
may_hope(unsigned i)
{
	const struct entry *e = &notes[i].entry;
	const uint8_t *key = roster_key(law, e->device), *member;
	enum member_role role;

	if (!judged[i].here || !judged[i].known || judged[i].delivered ||
	    judged[i].never ||
	    roster_role_at(law, key, e->number, &member, &role) != ROSTER_ROLE)
		return false;
	for (size_t r = 0; r < law->past_n; r++)
		if (memcmp(law->past[r].key, key, 32) == 0)
			return true;
	for (uint32_t n = 0; n <= e->number; n++)
		if (signed_twice(e->device, n))
			return false;
	return true;
}

/* It is needed, and so what it stands on; was any of that not known? */
static bool
need(bool needed[static NOTES], unsigned i)
{
	bool more = false;

	for (size_t j = 0; j <= notes[i].entry.heads_n; j++) {
		const unsigned on =
		    edge_of(i, j) == NULL ? NOTES : named(edge_of(i, j));

		if (edge_of(i, j) != NULL)
			add_lacking(edge_of(i, j));
		if (on == NOTES || needed[on] || judged[on].delivered)
			continue;
		needed[on] = more = true;
	}
	return more;
}

static void
what_lacks(void)
{
	static const uint8_t none[ROSTER_LAST_BYTES];
	bool needed[NOTES], more = true;

	lacking_n = 0;
	for (unsigned i = 0; i < NOTES; i++)
		needed[i] = i < notes_n && may_hope(i);
	while (more) {
		more = false;
		for (unsigned i = 0; i < notes_n; i++)
			if (needed[i])
				more |= need(needed, i);
	}
	for (size_t r = 0; r < law->past_n; r++)
		if (memcmp(law->past[r].last, none, sizeof none) != 0)
			add_lacking(law->past[r].last);
}

#endif
