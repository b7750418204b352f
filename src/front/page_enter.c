#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "front/lookup.h"
#include "front/page_routes.h"
#include "letter/words.h"

/* Pages that are the same for everybody are drawn once for each language,
 * way in and day, and kept for as long as the process lives: a day. */
#define KEPT_MAX 64

static struct kept {
	uint32_t serial; /* of the key note, which names doors and readers */
	const struct lang *lang;
	bool onion;
	uint32_t day;
	struct buf page; /* stays: answers may still be on their way */
} kept[KEPT_MAX];
static size_t kept_count;

static const struct buf *
kept_start(const struct page *p)
{
	const uint32_t day = clock_day(), serial = p->r->line->keys.serial;
	struct kept *k;

	for (size_t i = kept_count; i-- > 0;) {
		k = &kept[i];
		if (k->serial == serial && k->lang == p->view.lang &&
		    k->onion == p->view.onion && k->day == day)
			return &k->page;
	}
	if (kept_count == KEPT_MAX)
		return NULL;
	k = &kept[kept_count];
	buf_init(&k->page, VIEW_PAGE_MAX);
	if (view_start(&k->page, &p->view) != ERR_OK) {
		buf_drop(&k->page);
		return NULL;
	}
	k->serial = serial;
	k->lang = p->view.lang;
	k->onion = p->view.onion;
	k->day = day;
	kept_count++;
	return &k->page;
}

void
start_begin(struct front_request *r)
{
	static const char type[] = "text/html; charset=utf-8";
	const struct buf *page;
	struct buf out;

	page_begin(r);
	if (r->mine == NULL)
		return;
	if ((page = kept_start(r->mine)) != NULL) {
		front_answer_fixed(r, 200, type, page->at, page->len);
		return;
	}
	buf_init(&out, VIEW_PAGE_MAX);
	page_show(r->mine, 200, &out,
	    view_start(&out, &((struct page *)r->mine)->view));
}

void
style_begin(struct front_request *r)
{
	const void *css;
	size_t n;

	css = view_style(&n);
	front_answer_fixed(r, 200, "text/css; charset=utf-8", css, n);
}

/* The words are shown: new ones, or again those of the ticket. */
static void
words_show(struct page *p, enum err e)
{
	struct view_words v = { .ticket = p->ticket };
	struct phrase phrase = { 0 };
	struct buf out;

	if (e == ERR_OK)
		e = phrase_from_bits(&phrase, p->who.phrase);
	if (e != ERR_OK) {
		page_fail(p, e);
		goto out;
	}
	for (unsigned i = 0; i < VIEW_WORDS; i++)
		v.words[i] = phrase_word(&phrase, i);
	buf_init(&out, VIEW_PAGE_MAX);
	page_show(p, 200, &out, view_words(&out, &p->view, &v));
out:
	phrase_drop(&phrase);
}

void
new_end(struct front_request *r, enum err how)
{
	struct page *p = r->mine;
	struct phrase phrase;

	if (!page_is_whole(p, how))
		return;
	if (*page_value(p, PAGE_TICKET) != '\0') {
		page_who(p, words_show);
		return;
	}
	if (p->view.closed) {
		page_error(p, VIEW_ERR_CLOSED);
		return;
	}
	page_choose_door(p, page_value(p, PAGE_DOOR));
	phrase_new(&phrase);
	page_derive(p, &phrase, words_show);
	phrase_drop(&phrase);
}

static void
check_show(struct page *p, const struct view_check *v)
{
	struct buf out;

	buf_init(&out, VIEW_PAGE_MAX);
	page_show(p, 200, &out, view_check(&out, &p->view, v));
}

/* Three different places, rising. */
static void
choose_places(uint8_t place[static VIEW_ASKED])
{
	uint8_t left = VIEW_ASKED, at = 0;

	for (uint8_t i = 0; i < VIEW_WORDS && left > 0; i++)
		if (crypt_random_below(VIEW_WORDS - i) < left) {
			place[at++] = (uint8_t)(i + 1);
			left--;
		}
}

static void
check_ask(struct page *p, enum err e)
{
	struct view_check v = { .ticket = p->ticket };

	if (e != ERR_OK) {
		page_fail(p, e);
		return;
	}
	choose_places(v.place);
	check_show(p, &v);
}

void
check_end(struct front_request *r, enum err how)
{
	if (page_is_whole(r->mine, how))
		page_who(r->mine, check_ask);
}

/* Is what was typed the word at this place (or its first four letters)? */
static bool
is_word(const struct phrase *phrase, unsigned place, const char *typed)
{
	const struct words *list = words_default();
	const char *right = phrase_word(phrase, place - 1);
	char low[128];
	uint32_t got, want;
	size_t n = 0;

	for (; *typed != '\0' && n < sizeof low; typed++)
		if (*typed > ' ')
			low[n++] = text_lower(*typed);
	got = words_number(list, low, n);
	want = words_number(list, right, strlen(right));
	wipe(low, sizeof low);
	return crypt_same(&got, &want, sizeof got);
}

/* Were three words asked back, and typed otherwise?  `v` then says which. */
static enum err
check_words(const struct page *p, struct view_check *v, bool *wrong)
{
	const char *places = page_value(p, PAGE_PLACES);
	struct phrase phrase = { 0 };
	enum err e;

	*wrong = false;
	if (*places == '\0')
		return ERR_OK;
	if ((e = phrase_from_bits(&phrase, p->who.phrase)) != ERR_OK)
		goto out;
	for (unsigned i = 0; i < VIEW_ASKED; i++) {
		if (places[i] < '1' || places[i] > '9') {
			e = ERR_MISSING;
			goto out;
		}
		v->place[i] = (uint8_t)(places[i] - '0');
		v->wrong[i] = !is_word(&phrase, v->place[i],
		    page_value(p, (enum page_field)(PAGE_W1 + i)));
		*wrong = *wrong || v->wrong[i];
	}
out:
	phrase_drop(&phrase);
	return e;
}

static void
write_looked(struct page *p, enum err e)
{
	uint8_t id[LETTER_ID_BYTES];
	char id_text[LETTER_ID_BYTES * 2 + 1];
	char door[DOOR_ID_BYTES * 2 + 1];
	struct view_write v = {
		.ticket = p->ticket, .id = id_text, .door = door
	};
	struct buf out;

	if (e != ERR_OK) {
		page_fail(p, e);
		return;
	}
	v.seen = page_number(p, PAGE_SEEN, UINT32_MAX);
	v.restricted = p->lookup->said.next != NULL;
	crypt_random(id, sizeof id);
	enc_hex(id_text, id, sizeof id);
	enc_hex(door, p->who.door, sizeof p->who.door);
	buf_init(&out, VIEW_PAGE_MAX);
	page_show(p, 200, &out, view_write(&out, &p->view, &v));
}

static void
write_ready(struct page *p, enum err e)
{
	struct view_check v = { .ticket = p->ticket };
	bool wrong = false;

	if (e == ERR_OK)
		e = check_words(p, &v, &wrong);
	if (e != ERR_OK) {
		page_fail(p, e);
		return;
	}
	if (wrong) {
		check_show(p, &v);
		return;
	}
	if (p->view.closed) {
		page_error(p, VIEW_ERR_CLOSED);
		return;
	}
	if (*page_value(p, PAGE_DOOR) != '\0' || page_door(p) == NULL) {
		page_choose_door(p, page_value(p, PAGE_DOOR));
		page_ticket(p);
	}
	/* Who will read it is said before it is written. */
	lookup_answers(p, write_looked);
}

void
write_end(struct front_request *r, enum err how)
{
	if (page_is_whole(r->mine, how))
		page_who(r->mine, write_ready);
}
