#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "team/pack_inside.h"

const struct paper_kind pack_end_kind = {
	.kind = "pack",
	.signer = "device",
	.max = PACK_END_MAX,
};

enum err
pack_end_put(struct buf *json, const struct pack_end *end)
{
	struct json_out w;

	json_begin(&w, json);
	json_put_hex(&w, "device", end->device, sizeof end->device);
	json_put_str(&w, "team", end->team, strlen(end->team));
	json_put_hex(&w, "to", end->to, sizeof end->to);
	json_put_u64(&w, "roster", end->roster);
	json_put_u64(&w, "day", end->day);
	json_put_u64(&w, "records", end->records);
	json_put_hex(&w, "hash", end->hash, sizeof end->hash);
	return json_end(&w);
}

struct pack_writer {
	struct age_sink out;
	bool backup;
	struct sha256 *before, *all;
	unsigned last; /* the kind of the record before; 0 */
	uint64_t records;
};

static enum err
give(struct pack_writer *w, const void *p, size_t n, bool end)
{
	if (!end)
		sha256_add(w->before, p, n);
	sha256_add(w->all, p, n);
	return w->out.put(w->out.who, p, n);
}

static enum err
begin(struct pack_writer **w, struct age_sink out, bool backup)
{
	struct pack_writer *got = calloc(1, sizeof *got);
	enum err e = ERR_NOMEM;

	if (got == NULL)
		goto out;
	got->out = out;
	got->backup = backup;
	if ((got->before = sha256_open()) == NULL ||
	    (got->all = sha256_open()) == NULL)
		goto out;
	e = backup ? give(got, PACK_BACKUP_FIRST, PACK_BACKUP_FIRST_N, false)
		   : give(got, PACK_FIRST, PACK_FIRST_N, false);
	if (e != ERR_OK)
		goto out;
	*w = got;
	got = NULL; /* now the caller's */
out:
	pack_writer_close(got);
	return e;
}

enum err
pack_writer_open(struct pack_writer **w, struct age_sink out)
{
	return begin(w, out, false);
}

enum err
pack_backup_open(struct pack_writer **w, struct age_sink out)
{
	return begin(w, out, true);
}

void
pack_writer_close(struct pack_writer *w)
{
	if (w == NULL)
		return;
	sha256_close(w->before);
	sha256_close(w->all);
	wipe_free(w, sizeof *w);
}

static enum err
put(struct pack_writer *w, enum pack_kind kind, const void *p, size_t n)
{
	uint8_t head[PACK_HEAD];
	enum err e;

	if ((e = pack_order(w->backup, w->last, kind, n)) != ERR_OK)
		return e;
	head[0] = (uint8_t)kind;
	enc_put_u32(head + 1, (uint32_t)n);
	if ((e = give(w, head, sizeof head, kind == PACK_END)) != ERR_OK ||
	    (e = give(w, p, n, kind == PACK_END)) != ERR_OK)
		return e;
	w->last = kind;
	w->records++;
	return ERR_OK;
}

enum err
pack_writer_put(
    struct pack_writer *w, enum pack_kind kind, const void *p, size_t n)
{
	return kind == PACK_END ? ERR_FORMAT : put(w, kind, p, n);
}

enum err
pack_writer_end(struct pack_writer *w, const struct pack_maker *by,
    uint8_t hash[static SHA256_BYTES])
{
	struct pack_end end = {
		.roster = by->roster, .day = by->day, .records = w->records
	};
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct buf json, note;
	enum err e;

	buf_init(&json, PACK_END_MAX);
	buf_init(&note, PACK_END_MAX);
	e = ERR_FORMAT;
	if (strlen(by->team) != TEAM_PRINT_CHARS)
		goto out;
	memcpy(end.team, by->team, sizeof end.team);
	memcpy(end.to, by->to, sizeof end.to);
	sign_public(key, by->device_seed);
	device_id(end.device, key);
	sha256_end(w->before, end.hash);
	if ((e = pack_end_put(&json, &end)) != ERR_OK ||
	    (e = paper_sign(&note, &pack_end_kind, &json, by->device_seed)) !=
		ERR_OK)
		goto out;
	if ((e = put(w, PACK_END, note.at, note.len)) == ERR_OK)
		sha256_end(w->all, hash);
out:
	buf_drop(&json);
	buf_drop(&note);
	return e;
}
