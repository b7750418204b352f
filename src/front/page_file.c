#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "front/lookup.h"
#include "front/page_routes.h"
#include "letter/name.h"
#include "letter/part.h"

/* A file of an answer, fetched piece by piece, opened and handed on.  The last
 * byte is held back until the whole file has proved to be what the letter says;
 * otherwise the connection is cut, and the browser says that it failed. */

#define PLAIN_MAX (4 * AGE_CHUNK_BYTES)

struct download {
	struct page *p;
	const struct letter *letter;
	const struct letter_file *file;
	uint32_t first, count; /* its parts */
	uint32_t part, piece; /* to be asked for next */
	const struct age_identity *identity;
	struct age_with with;
	struct age_opener *opener; /* of the part that is coming */
	size_t want; /* bytes of this part that are the file's */
	struct buf plain; /* opened, to be sent */
	struct sha256 *hash;
	bool asking, whole, broken;
	/* attachment; filename*=UTF-8''..., each byte as %XX at most */
	char disposition[64 + NAME_FILE_MAX * 3];
};

static void
download_drop(struct page *p)
{
	struct download *d = p->mine;

	age_opener_close(d->opener);
	sha256_close(d->hash);
	buf_drop(&d->plain);
	wipe(d, sizeof *d);
}

/* RFC 6266, RFC 8187: what is not a plain letter or digit is spelled out. */
static void
spell_name(struct download *d)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char head[] = "attachment; filename*=UTF-8''";
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	char name[NAME_FILE_MAX + 1];
	char *at = d->disposition;

	name_file(name, d->file->name, strlen(d->file->name));
	memcpy(at, head, sizeof head - 1);
	at += sizeof head - 1;
	for (const char *s = name; *s != '\0'; s++) {
		if (strchr(plain, *s) != NULL) {
			*at++ = *s;
			continue;
		}
		*at++ = '%';
		*at++ = hex[(unsigned char)*s >> 4];
		*at++ = hex[(unsigned char)*s & 15U];
	}
	*at = '\0';
}

/* Opened bytes come here; the NULs behind the file's are let go. */
static enum err
take(void *who, const void *p, size_t n)
{
	struct download *d = who;
	enum err e;

	if (n > d->want)
		n = d->want;
	if ((e = buf_put(&d->plain, p, n)) != ERR_OK)
		return e;
	sha256_add(d->hash, p, n);
	d->want -= n;
	return ERR_OK;
}

static enum err
part_begins(struct download *d)
{
	const struct age_sink sink = { .put = take, .who = d };

	d->want = part_bytes(d->file->size, d->part);
	return age_opener_open(&d->opener, &d->with, sink);
}

static enum err
part_ends(struct download *d)
{
	uint8_t hash[SHA256_BYTES];
	enum err e = age_opener_end(d->opener);

	age_opener_close(d->opener);
	d->opener = NULL;
	d->piece = 0;
	if (e != ERR_OK || ++d->part < d->count)
		return e;
	sha256_end(d->hash, hash);
	d->whole = memcmp(hash, d->file->sha256, sizeof hash) == 0;
	return d->whole ? ERR_OK : ERR_FORGED;
}

static void
pieced(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct download *d = with;
	enum err e = reply->e;

	d->asking = false;
	if (e == ERR_OK && reply->n != FRONT_PIECE_BYTES)
		e = ERR_IO;
	if (e == ERR_OK && d->piece == 0)
		e = part_begins(d);
	if (e == ERR_OK)
		e = age_opener_add(d->opener, reply->p, reply->n);
	if (e == ERR_OK && ++d->piece == FRONT_PIECES)
		e = part_ends(d);
	d->broken = e != ERR_OK;
	front_resume(r);
}

static void
ask(struct download *d)
{
	uint8_t tag[TAG_BYTES];

	tag_part(tag, d->letter->parts, d->first + d->part);
	d->asking = true;
	front_part_get(d->p->r, tag, d->piece, pieced, d);
}

static size_t
give(struct front_request *r, uint8_t *out, size_t room)
{
	struct download *d = ((struct page *)r->mine)->mine;
	size_t n = d->plain.len;

	if (!d->whole && n > 0)
		n--;
	if (n > room)
		n = room;
	if (n > 0) {
		memcpy(out, d->plain.at, n);
		buf_eat(&d->plain, n);
		return n;
	}
	if (d->broken)
		return HTTP_BROKEN;
	if (!d->asking)
		ask(d);
	return 0;
}

static void
begin(struct download *d)
{
	struct front_request *r = d->p->r;

	spell_name(d);
	if (front_add(r, "Content-Disposition", d->disposition) != ERR_OK) {
		page_error(d->p, VIEW_ERR_OURS);
		return;
	}
	front_beat(r);
	if (d->file->size == 0)
		front_answer(r, 200, LETTER_ANY_TYPE, "", 0);
	else
		front_answer_stream(
		    r, 200, LETTER_ANY_TYPE, d->file->size, give);
}

static void
found(struct page *p, enum err e)
{
	const struct lookup *l = p->lookup;
	const uint32_t i = page_number(p, PAGE_FILE, LETTER_FILES_MAX);
	struct download *d;

	if (e == ERR_OK &&
	    (l->letter_count == 0 || i >= l->letters[0]->letter.file_count))
		e = ERR_NOTHING;
	if (e != ERR_OK) {
		page_fail(p, e);
		return;
	}
	if ((d = arena_get(&p->r->arena, sizeof *d)) == NULL) {
		page_fail(p, ERR_NOMEM);
		return;
	}
	d->p = p;
	p->mine = d;
	p->drop = download_drop;
	d->letter = &l->letters[0]->letter;
	d->file = &d->letter->files[i];
	d->identity = l->identity;
	d->with = (struct age_with){ .ids = &d->identity, .n = 1 };
	buf_init(&d->plain, PLAIN_MAX);
	letter_file_parts(d->letter, i, &d->first, &d->count);
	if ((d->hash = sha256_open()) == NULL)
		page_fail(p, ERR_NOMEM);
	else
		begin(d);
}

static void
file_known(struct page *p, enum err e)
{
	uint8_t tag[TAG_BYTES];
	const char *text = page_value(p, PAGE_TAG);

	if (e == ERR_OK &&
	    enc_hex_read(tag, sizeof tag, text, strlen(text)) != ERR_OK)
		e = ERR_MISSING;
	if (e != ERR_OK)
		page_fail(p, e);
	else
		lookup_one(p, tag, found);
}

void
file_end(struct front_request *r, enum err how)
{
	if (page_is_whole(r->mine, how))
		page_who(r->mine, file_known);
}
