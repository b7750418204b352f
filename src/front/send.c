#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"
#include "front/lookup.h"
#include "front/remember.h"
#include "front/send.h"

/* Settled, well or not: the form goes on, or is finished. */
static void
settled(struct send *s, enum view_trouble trouble)
{
	s->trouble = trouble;
	s->stage = trouble == VIEW_FINE ? SEND_FILES : SEND_SKIPPING;
	if (s->ended)
		send_finish(s);
	else
		front_resume(s->p->r);
}

static enum view_trouble
trouble_of(enum err e)
{
	static const enum view_trouble says[ERR_COUNT] = {
		[ERR_BUSY] = VIEW_BUSY,
		[ERR_NOMEM] = VIEW_BUSY,
		[ERR_MISSING] = VIEW_EXPIRED,
		[ERR_EXPIRED] = VIEW_EXPIRED,
		[ERR_FORMAT] = VIEW_WORDS_WRONG,
		[ERR_TAKEN] = VIEW_TOMORROW,
		[ERR_FULL] = VIEW_FULL,
	};

	assert(e != ERR_OK);
	return (unsigned)e < ERR_COUNT && says[e] != VIEW_FINE ? says[e]
							       : VIEW_AGAIN;
}

/* The text, sealed as file 0 because the letter has no room for it.  ERR_BUSY
 * while a descriptor is asked for. */
static enum err
text_as_file(struct send *s)
{
	struct letter *l = &s->commit.letter;
	enum err e;

	if (s->outlet.hash == NULL && (e = outlet_file(&s->outlet)) != ERR_OK)
		return e;
	e = outlet_add(&s->outlet, (const uint8_t *)l->text, l->text_len);
	if (e == ERR_OK)
		e = outlet_end(&s->outlet, l->files[0].sha256);
	if (e != ERR_OK)
		return e;
	l->files[0].name = LETTER_WHOLE_NAME;
	l->files[0].type = LETTER_WHOLE_TYPE;
	l->files[0].size = l->text_len;
	l->file_count = 1;
	l->more = true;
	s->commit.parts = s->outlet.parts;
	return ERR_OK;
}

static void
place_text(struct send *s)
{
	struct letter *l = &s->commit.letter;
	enum err e = ERR_OK;

	if (!letter_text_fits(l, s->ended ? 0 : LETTER_FILES_MAX) && !l->more)
		e = text_as_file(s);
	if (e == ERR_OK)
		settled(s, VIEW_FINE);
	else if (e != ERR_BUSY)
		settled(s, trouble_of(e));
}

/* In a conversation that only some members read, the newest answer says to whom
 * it is sealed. */
static void
looked(struct page *p, enum err e)
{
	struct send *s = p->mine;
	const struct lookup *l = p->lookup;

	if (e != ERR_OK) {
		settled(s, trouble_of(e));
		return;
	}
	s->commit.restricted = l->said.next != NULL;
	if (s->commit.restricted)
		s->commit.to = *l->said.next;
	place_text(s);
}

/* Lines end as everywhere but in forms; the characters are counted. */
static enum view_trouble
tidy_text(struct send *s)
{
	const size_t max = s->p->r->line->settings->text_max;
	size_t n = 0;

	for (size_t i = 0; i < s->text.len; i++)
		if (s->text.at[i] != '\r' || i + 1 == s->text.len ||
		    s->text.at[i + 1] != '\n')
			s->text.at[n++] = s->text.at[i];
	if (n < s->text.len)
		wipe(s->text.at + n, s->text.len - n);
	s->text.len = n;
	if (s->text_over)
		return VIEW_TOO_LONG;
	if (!text_is_utf8((const char *)s->text.at, n))
		return VIEW_UNREADABLE;
	return text_chars((const char *)s->text.at, n) > max ? VIEW_TOO_LONG
							     : VIEW_FINE;
}

/* What the letter says besides its files. */
static enum view_trouble
fill_letter(struct send *s)
{
	const struct page_value *name = &s->p->fields[PAGE_NAME];
	const struct page_value *id = &s->p->fields[PAGE_ID];
	struct letter *l = &s->commit.letter;
	uint8_t page[LETTER_ID_BYTES];
	size_t n;

	if (id->whole &&
	    enc_hex_read(page, sizeof page, id->at, id->len) == ERR_OK)
		memcpy(l->id, page, sizeof l->id);
	l->seen = page_number(s->p, PAGE_SEEN, UINT32_MAX);
	l->text = "";
	l->text_len = 0;
	/* What nobody could see is no message. */
	if (!text_is_blank((const char *)s->text.at, s->text.len)) {
		l->text = (const char *)s->text.at;
		l->text_len = s->text.len;
	}
	sha256_add(s->all, l->text, l->text_len);
	s->commit.keep =
	    strcmp(page_value(s->p, PAGE_KEEP), "yes") == 0 && l->text_len > 0;
	if (name->whole && text_is_utf8(name->at, name->len) &&
	    !text_is_blank(name->at, name->len)) {
		n = text_cut(name->at, name->len, LETTER_NAME_MAX);
		memcpy(s->name, name->at, n);
		l->name = s->name;
	}
	return answers_give(&s->answers, l, s->all);
}

/* The page says to whom it goes.  Who reads is never changed unasked: a door
 * that is closed by now is chosen anew. */
static enum view_trouble
take_door(struct page *p)
{
	const char *typed = page_value(p, PAGE_DOOR);
	char now[DOOR_ID_BYTES * 2 + 1];

	if (p->view.closed)
		return VIEW_SHUT;
	enc_hex(now, p->who.door, sizeof p->who.door);
	if (*typed != '\0' && strcmp(typed, now) != 0)
		page_choose_door(p, typed);
	enc_hex(now, p->who.door, sizeof p->who.door);
	page_ticket(p);
	return page_door(p) != NULL &&
		(*typed == '\0' || strcmp(typed, now) == 0)
	    ? VIEW_FINE
	    : VIEW_CHOOSE;
}

static void
known(struct page *p, enum err e)
{
	struct send *s = p->mine;
	enum view_trouble trouble = VIEW_FINE;

	if (e != ERR_OK)
		trouble = trouble_of(e);
	else if ((s->all = sha256_open()) == NULL)
		trouble = VIEW_BUSY;
	else
		trouble = tidy_text(s);
	if (trouble != VIEW_FINE) {
		settled(s, trouble);
		return;
	}
	if ((trouble = take_door(p)) != VIEW_FINE) {
		settled(s, trouble);
		return;
	}
	commit_init(&s->commit, p);
	s->commit.to = *key_note_recipient(page_door(p), clock_day());
	memcpy(s->commit.upload, s->outlet.id, sizeof s->commit.upload);
	if ((trouble = fill_letter(s)) != VIEW_FINE)
		settled(s, trouble);
	else
		lookup_answers(p, looked);
}

void
send_settle(struct send *s)
{
	if (s->stage == SEND_SETTLING) {
		place_text(s);
		return;
	}
	s->stage = SEND_SETTLING;
	page_who(s->p, known);
}

void
send_again(struct send *s, enum view_trouble why)
{
	struct page *p = s->p;
	char door[DOOR_ID_BYTES * 2 + 1];
	struct view_write v = { .id = page_value(p, PAGE_ID) };
	struct buf out;

	enc_hex(door, p->who.door, sizeof p->who.door);
	v.trouble = why;
	v.ticket = p->ticket[0] == '\0' ? NULL : p->ticket;
	v.door = v.ticket == NULL ? page_value(p, PAGE_DOOR) : door;
	v.seen = page_number(p, PAGE_SEEN, UINT32_MAX);
	v.name = page_value(p, PAGE_NAME);
	v.text = (const char *)s->text.at;
	v.text_len = s->text.len;
	v.keep = *page_value(p, PAGE_KEEP) != '\0';
	v.restricted = s->commit.restricted;
	v.answers = answers_shown(&s->answers);
	buf_init(&out, VIEW_PAGE_MAX);
	page_show(
	    p, view_trouble_status(why), &out, view_write(&out, &p->view, &v));
}

/* The page's id and its writer, and what it sends, as short hashes. */
static void
make_keys(struct send *s)
{
	uint8_t hash[SHA256_BYTES];

	sha256_two(hash, s->commit.letter.id, LETTER_ID_BYTES, s->p->who.root,
	    sizeof s->p->who.root);
	memcpy(s->page_key, hash, sizeof s->page_key);
	sha256_end(s->all, hash);
	memcpy(s->content_key, hash, sizeof s->content_key);
	wipe(hash, sizeof hash);
}

static void
show_sent(struct send *s, bool again)
{
	const struct letter *l = &s->commit.letter;
	const size_t first = l->more ? 1 : 0;
	struct view_file files[LETTER_FILES_MAX];
	char codes[LETTER_FILES_MAX][CHECK_BYTES];
	struct view_sent v = { .ticket = s->p->ticket,
		.files = files,
		.refused = s->refused,
		.again = again };
	struct buf out;

	v.text = l->text_len > 0;
	v.answers = l->answer_count > 0;
	v.broken = s->broken[0] == '\0' ? NULL : s->broken;
	for (size_t i = first; i < l->file_count; i++) {
		check_code(codes[i], s->commit.source.k, l->files[i].sha256);
		files[v.file_count++] = (struct view_file){
			.name = l->files[i].name,
			.size = l->files[i].size,
			.code = codes[i],
		};
	}
	buf_init(&out, VIEW_PAGE_MAX);
	page_show(s->p, 200, &out, view_sent(&out, &s->p->view, &v));
}

/* Why a letter that was sealed could not be put. */
static enum view_trouble
trouble_of_commit(enum err e)
{
	if (e == ERR_EXPIRED)
		return VIEW_SHUT;
	if (e == ERR_MISSING || e == ERR_FORMAT)
		return VIEW_AGAIN;
	return trouble_of(e);
}

static void
committed(struct page *p, enum err e)
{
	struct send *s = p->mine;

	if (e != ERR_OK) {
		send_again(s, trouble_of_commit(e));
		return;
	}
	remember_put(page_memory(), clock_now(), s->page_key, s->content_key);
	show_sent(s, false);
}

void
send_finish(struct send *s)
{
	const struct letter *l = &s->commit.letter;

	if (s->stage == SEND_SKIPPING) {
		send_again(s, s->trouble);
		return;
	}
	if (l->text_len == 0 && l->file_count == 0 && l->answer_count == 0) {
		send_again(s, s->refused > 0 ? VIEW_FULL : VIEW_EMPTY);
		return;
	}
	make_keys(s);
	if (remember_has(
		page_memory(), clock_now(), s->page_key, s->content_key))
		show_sent(s, true);
	else
		commit_begin(&s->commit, committed);
}
