/*
 * keep: what the files of the keeper share, and nobody else: its state, and
 * the answer to every request.
 */
#ifndef LINE_KEEP_H
#define LINE_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "line/service.h"
#include "line/settings.h"
#include "line/talk.h"
#include "pool/pool.h"
#include "team/certificate.h"
#include "team/keynote.h"

#define KEEP_BATCH 256U /* letters that share a sync */
#define KEEP_LEASES 256U /* uploads that are being appended to */

/* Somebody may append to an upload; nobody else until it is given back or its
 * holder has gone. */
struct lease {
	struct asker holder; /* serial 0: free */
	uint8_t upload[TALK_UPLOAD_BYTES];
	int eye; /* to see the file; -1 */
	uint64_t most; /* bytes that it may come to */
};

struct put {
	struct asker who;
	enum err e;
};

struct keeper {
	struct service service;
	struct pool *pool;
	struct settings settings;
	struct certificate certificate;
	struct buf certificate_note; /* as signed */
	struct key_note keys;
	bool has_certificate, has_keys;
	struct talk_whole first; /* the key note, from the warden */
	struct talk_whole coming[SERVICE_CLIENTS]; /* key notes, from desks */
	struct buf offered; /* the pair that the warden is keeping; or empty */
	struct certificate offered_certificate;
	struct key_note offered_keys;
	struct asker offered_by;
	struct lease lease[KEEP_LEASES];
	struct put batch[KEEP_BATCH];
	unsigned batched;
	bool in_batch;
	uint32_t offered_day; /* the day on which the key note was last said */
	uint64_t next_tick, next_look; /* clock_ms() */
	uint8_t out[TALK_LETTERS * TALK_ENVELOPE_BYTES];
};

/* Answer one request.  Errors are those after which the keeper must end. */
enum err keep_answer(
    struct keeper *k, const struct asker *who, const struct talk *t) MUST_USE;

/* Sync the batch and answer all of it. */
enum err keep_end_batch(struct keeper *k) MUST_USE;

/* Uploads that are being appended to (keep_lease.c).  keep_look(): once a
 * second; whoever appends more than was granted, or fills the disk through a
 * file that has no name any more, is ended. */
void keep_lease_init(struct keeper *k);
void keep_lease_drop(struct keeper *k);
enum err keep_look(struct keeper *k) MUST_USE;
enum err keep_upload(
    struct keeper *k, const struct asker *who, const struct talk *t) MUST_USE;
enum err keep_upload_end(
    struct keeper *k, const struct asker *who, const uint8_t *upload) MUST_USE;
enum err keep_state(
    struct keeper *k, const struct asker *who, const struct talk *t) MUST_USE;
enum err keep_commit(
    struct keeper *k, const struct asker *who, const struct talk *t) MUST_USE;

/* As whom does the asker come to the pool? */
enum pool_who keep_who(const struct asker *who);

/* Key notes and purges (keep_note.c). */
enum err keep_take_pair(struct keeper *k, const struct buf *pair) MUST_USE;
enum err keep_put_note(
    struct keeper *k, const struct asker *who, const struct talk *t) MUST_USE;
enum err keep_note_kept(struct keeper *k, enum err status) MUST_USE;
enum err keep_purge(
    struct keeper *k, const struct asker *who, const struct talk *t) MUST_USE;
enum err keep_offer(struct keeper *k) MUST_USE;

/* After a call of the pool: does the keeper have to end? */
enum err keep_fatal(enum err e) MUST_USE;

#endif
