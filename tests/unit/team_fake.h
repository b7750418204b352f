/* Entries of a made-up team's devices that nobody's desk would write. */
#ifndef TEAM_FAKE_H
#define TEAM_FAKE_H

#include <string.h>

#include "base/buf.h"
#include "crypt/crypt.h"
#include "hands_fake.h"
#include "note/json.h"
#include "team/teamlog.h"

/* An entry that was made, its note, and its hash. */
struct made {
	struct entry entry;
	struct buf note;
	uint8_t hash[SHA256_BYTES];
};

static void
made_init(struct made *m)
{
	entry_init(&m->entry);
	buf_init(&m->note, ENTRY_MAX);
}

static void
made_drop(struct made *m)
{
	entry_drop(&m->entry);
	buf_drop(&m->note);
}

/* Name the one before; the lamport follows. */
static void
made_behind(struct made *m, const struct made *before)
{
	m->entry.number = before->entry.number + 1;
	memcpy(m->entry.previous, before->hash, SHA256_BYTES);
	if (m->entry.lamport <= before->entry.lamport)
		m->entry.lamport = before->entry.lamport + 1;
}

static void
made_cite(struct made *m, const struct made *other)
{
	memcpy(
	    m->entry.heads[m->entry.heads_n++], other->hash, ENTRY_HEAD_BYTES);
	if (m->entry.lamport <= other->entry.lamport)
		m->entry.lamport = other->entry.lamport + 1;
}

/* Put type, body and signature to it. */
static enum err
made_end(
    struct made *m, const struct hand *by, const char *type, const char *body)
{
	enum err e;

	memcpy(m->entry.device, by->id, DEVICE_ID_BYTES);
	memcpy(m->entry.type, type, strlen(type) + 1);
	if (m->entry.lamport == 0)
		m->entry.lamport = 1;
	if ((e = buf_put_str(&m->entry.body, body)) == ERR_OK)
		e = entry_write(&m->note, &m->entry, by->seed);
	if (e == ERR_OK)
		entry_hash(m->hash, m->note.at, m->note.len);
	return e;
}

/* The next of a chain, as the device's own desk would make it. */
static enum err
made_next(struct made *m, struct teamlog *l, const struct hand *by,
    const char *type, const char *body)
{
	enum err e = teamlog_next(l, &m->entry, by->id);

	return e == ERR_OK ? made_end(m, by, type, body) : e;
}

#endif
