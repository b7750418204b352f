#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "front/lookup.h"
#include "front/page.h"

static const struct {
	const char *name;
	size_t max;
} rules[PAGE_FIELDS] = {
	[PAGE_TICKET] = { "ticket", TICKET_CHARS },
	[PAGE_DOOR] = { "door", 8 },
	[PAGE_WORDS] = { "words", PHRASE_INPUT_MAX },
	[PAGE_FROM] = { "from", 10 },
	[PAGE_SEEN] = { "seen", 10 },
	[PAGE_PLACES] = { "places", VIEW_ASKED },
	[PAGE_W1] = { "w1", 100 },
	[PAGE_W2] = { "w2", 100 },
	[PAGE_W3] = { "w3", 100 },
	[PAGE_TAG] = { "tag", TAG_BYTES * 2 },
	[PAGE_FILE] = { "file", 4 },
	[PAGE_SURE] = { "sure", 10 },
	[PAGE_ID] = { "id", LETTER_ID_BYTES * 2 },
	[PAGE_NAME] = { "name", 1000 },
	[PAGE_KEEP] = { "keep", 10 },
};

/* "example.onion" or "example.onion:80" */
static bool
is_onion(const char *host)
{
	static const char end[] = ".onion";
	size_t n;

	if (host == NULL)
		return false;
	n = strcspn(host, ":");
	return n > sizeof end - 1 &&
	    memcmp(host + n - (sizeof end - 1), end, sizeof end - 1) == 0;
}

static void
fill_doors(struct page *p, const struct front_line *line)
{
	const uint32_t today = clock_day();
	const struct key_note_door *d;
	struct view_door *v;

	for (size_t i = 0; i < line->keys.doors_n; i++) {
		d = &line->keys.doors[i];
		if (key_note_recipient(d, today) == NULL)
			continue;
		v = &p->doors[p->view.door_count];
		enc_hex(p->door_ids[p->view.door_count], d->id, DOOR_ID_BYTES);
		v->id = p->door_ids[p->view.door_count++];
		v->name = d->name[0] == '\0' ? NULL : d->name;
		v->readers = d->readers[0] == '\0' ? NULL : d->readers;
	}
	p->view.doors = p->doors;
	p->view.closed = p->view.door_count == 0;
	if (line->settings->readers[0] != '\0' && p->view.door_count == 1 &&
	    p->doors[0].readers == NULL)
		p->doors[0].readers = line->settings->readers;
}

static void
fill_view(struct page *p)
{
	const struct front_line *line = p->r->line;
	const struct settings *s = line->settings;
	const struct http_request *http = p->r->http;

	p->view.lang = lang_choose(
	    http == NULL ? NULL : http_header(http, "accept-language", NULL));
	p->view.team = s->name;
	p->view.title = s->title[0] == '\0' ? NULL : s->title;
	p->view.about = s->about[0] == '\0' ? NULL : s->about;
	p->view.file_max = s->file_max;
	p->view.keep_days = s->retention;
	p->view.onion =
	    http != NULL && is_onion(http_header(http, "host", NULL));
	answers_ask(&p->asked, s);
	p->view.questions = p->asked.question;
	p->view.question_count = s->questions;
	fill_doors(p, line);
}

void
page_begin(struct front_request *r)
{
	struct page *p = arena_get(&r->arena, sizeof *p);

	if (p == NULL) {
		front_say(r, 503, "There is too much to do just now.");
		return;
	}
	*p = (struct page){ .r = r, .field = -1 };
	r->mine = p;
	fill_view(p);
}

void
page_drop(struct front_request *r)
{
	struct page *p = r->mine;

	if (p == NULL)
		return;
	if (p->drop != NULL)
		p->drop(p);
	lookup_drop(p->lookup);
	wipe(p, sizeof *p);
	r->mine = NULL;
}

static int
field_of(const char *name)
{
	for (int i = 0; i < PAGE_FIELDS; i++)
		if (strcmp(rules[i].name, name) == 0)
			return i;
	return -1;
}

/* A field that comes twice is not from a form of ours. */
static enum err
field_begins(struct page *p, const struct form_piece *piece)
{
	struct page_value *v;

	p->field = piece->filename == NULL ? field_of(piece->name) : -1;
	if (p->field < 0)
		return ERR_OK;
	v = &p->fields[p->field];
	if (v->at != NULL)
		return ERR_FORMAT;
	v->at = arena_get(&p->r->arena, rules[p->field].max + 1);
	return v->at == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
field_bytes(struct page *p, const struct form_piece *piece)
{
	struct page_value *v = &p->fields[p->field];

	if (piece->len > rules[p->field].max - v->len)
		return ERR_TOOBIG;
	if (memchr(piece->at, '\0', piece->len) != NULL)
		return ERR_FORMAT;
	memcpy(v->at + v->len, piece->at, piece->len);
	v->len += piece->len;
	return ERR_OK;
}

enum err
page_take(struct page *p, const struct form_piece *piece, bool *mine)
{
	enum err e = ERR_OK;

	if (piece->event == FORM_BEGIN)
		e = field_begins(p, piece);
	*mine = p->field >= 0;
	if (!*mine || e != ERR_OK)
		return e;
	if (piece->event == FORM_BYTES)
		e = field_bytes(p, piece);
	if (piece->event == FORM_FIELD) {
		p->fields[p->field].whole = true;
		p->field = -1;
	}
	return e;
}

enum err
page_form(struct front_request *r, const struct form_piece *piece)
{
	bool mine;

	return page_take(r->mine, piece, &mine);
}

bool
page_is_whole(struct page *p, enum err how)
{
	if (how == ERR_OK)
		return true;
	page_error(p,
	    how == ERR_TOOBIG      ? VIEW_ERR_TOO_LARGE
		: how == ERR_NOMEM ? VIEW_ERR_BUSY
				   : VIEW_ERR_FORM);
	return false;
}

const char *
page_value(const struct page *p, enum page_field f)
{
	return p->fields[f].whole ? p->fields[f].at : "";
}

uint32_t
page_number(const struct page *p, enum page_field f, uint32_t max)
{
	const char *s = page_value(p, f);
	uint64_t v;

	return enc_decimal_read(&v, max, s, strlen(s)) == ERR_OK ? (uint32_t)v
								 : 0;
}

const struct key_note_door *
page_door(const struct page *p)
{
	const struct key_note_door *door =
	    key_note_door(&p->r->line->keys, p->who.door);

	return door == NULL || key_note_recipient(door, clock_day()) == NULL
	    ? NULL
	    : door;
}

void
page_choose_door(struct page *p, const char *id)
{
	const struct view_line *l = &p->view;
	const char *chosen = l->door_count == 1 ? l->doors[0].id : NULL;

	for (size_t i = 0; i < l->door_count; i++)
		if (strcmp(l->doors[i].id, id) == 0)
			chosen = id;
	/* No door has the id of zeros. */
	memset(p->who.door, 0, sizeof p->who.door);
	if (chosen != NULL &&
	    enc_hex_read(p->who.door, sizeof p->who.door, chosen,
		strlen(chosen)) != ERR_OK)
		memset(p->who.door, 0, sizeof p->who.door);
}

void
page_ticket(struct page *p)
{
	ticket_write(p->ticket, page_ring(), clock_hour(), &p->who);
}

static void
derived(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct page *p = with;
	enum err e = reply->e;

	(void)r;
	if (e == ERR_OK && reply->n != sizeof p->who.root)
		e = ERR_IO;
	if (e == ERR_OK) {
		memcpy(p->who.root, reply->p, sizeof p->who.root);
		page_ticket(p);
	}
	p->next(p, e);
}

void
page_derive(struct page *p, const struct phrase *phrase,
    void (*next)(struct page *p, enum err e))
{
	p->next = next;
	memcpy(p->who.phrase, phrase->bits, sizeof p->who.phrase);
	front_derive(p->r, phrase->bits, derived, p);
}

void
page_who(struct page *p, void (*next)(struct page *p, enum err e))
{
	const struct page_value *words = &p->fields[PAGE_WORDS];
	const char *ticket = page_value(p, PAGE_TICKET);
	struct phrase phrase = { 0 };
	enum err e = ERR_MISSING;

	if (*ticket != '\0') {
		e = ticket_read(&p->who, page_ring(), clock_hour(), ticket,
		    p->fields[PAGE_TICKET].len);
		if (e == ERR_OK)
			page_ticket(p);
		else
			e = ERR_EXPIRED; /* nobody is told which it was */
	}
	if (e == ERR_OK || !words->whole || words->len == 0) {
		next(p, e);
		return;
	}
	page_choose_door(p, page_value(p, PAGE_DOOR));
	e = phrase_read(&phrase, words->at, words->len, NULL);
	if (e == ERR_OK)
		page_derive(p, &phrase, next);
	else
		next(p, e == ERR_TOOBIG ? ERR_FORMAT : e);
	phrase_drop(&phrase);
}

void
page_show(struct page *p, unsigned status, struct buf *out, enum err e)
{
	front_beat(p->r);
	if (e == ERR_OK)
		front_answer_buf(p->r, status, "text/html; charset=utf-8", out);
	else
		front_say(p->r, 503,
		    "There is too much to do just now. Please try again.");
	buf_drop(out);
}

void
page_error(struct page *p, enum view_error why)
{
	struct buf out;

	buf_init(&out, VIEW_PAGE_MAX);
	page_show(
	    p, view_error_status(why), &out, view_error(&out, &p->view, why));
}

/* Takes the words that are not on the list over into `v`, whose `wrong` holds
 * PHRASE_TYPED_MAX. */
static void
fill_wrong(struct view_word *wrong, struct view_mistyped *v,
    const struct phrase_fault *fault)
{
	const struct phrase_typed *t;
	struct view_word *w;

	v->count = fault->count;
	for (unsigned i = 0; i < fault->kept; i++) {
		t = &fault->words[i];
		if (t->known)
			continue;
		w = &wrong[v->wrong_count++];
		w->place = i + 1;
		w->typed = t->text;
		for (size_t k = 0; k < t->nearest_count; k++)
			w->near[w->near_count++] = t->nearest[k];
	}
}

void
page_mistyped(struct page *p)
{
	const struct page_value *words = &p->fields[PAGE_WORDS];
	struct view_word wrong[PHRASE_TYPED_MAX] = { 0 };
	struct view_mistyped v = { .typed = page_value(p, PAGE_WORDS),
		.wrong = wrong };
	struct phrase_fault fault = { 0 };
	struct phrase phrase = { 0 };
	struct buf out;

	if (words->at != NULL &&
	    phrase_read(&phrase, words->at, words->len, &fault) == ERR_FORMAT)
		fill_wrong(wrong, &v, &fault);
	buf_init(&out, VIEW_PAGE_MAX);
	page_show(p, 400, &out, view_mistyped(&out, &p->view, &v));
	phrase_drop(&phrase);
	phrase_fault_drop(&fault);
}

void
page_fail(struct page *p, enum err e)
{
	static const enum view_error says[ERR_COUNT] = {
		[ERR_MISSING] = VIEW_ERR_FORM,
		[ERR_EXPIRED] = VIEW_ERR_EXPIRED,
		[ERR_FULL] = VIEW_ERR_FULL,
		[ERR_NOTHING] = VIEW_ERR_GONE,
		[ERR_BUSY] = VIEW_ERR_BUSY,
		[ERR_NOMEM] = VIEW_ERR_BUSY,
		[ERR_CLOSED] = VIEW_ERR_BUSY,
	};

	if (e == ERR_FORMAT)
		page_mistyped(p);
	else
		page_error(
		    p, (unsigned)e < ERR_COUNT ? says[e] : VIEW_ERR_OURS);
}
