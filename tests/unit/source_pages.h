/*
 * source_pages: a line whose pages are asked without a server, over a pool in
 * memory, and somebody who writes on them.  Included by one file of tests.
 */
#ifndef SOURCE_PAGES_H
#define SOURCE_PAGES_H

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "fake_front.c"
#include "front/view.h"
#include "letter/check.h"
#include "letter/letter.h"
#include "letter/part.h"
#include "letter/ticket.h"
#include "note/json.h"
#include "t.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=x"

static struct settings settings;
static struct front_line line;
static struct age_identity *desk;
static struct age_recipient desk_recipient;
static uint8_t voice_seed[32] = "the seed of the voice of the do";

static inline void
make_line(void)
{
	static uint8_t team_seed[32] = "the seed of the team's own key.";
	struct key_note_door *door = &line.keys.doors[0];
	uint32_t today = clock_day();

	settings_init(&settings);
	memcpy(settings.line, "a line's id.....", 16);
	(void)snprintf(settings.name, sizeof settings.name, "Harbour Watch");
	sign_public(line.certificate.team, team_seed);
	memcpy(line.certificate.line, settings.line, LINE_ID_BYTES);
	OK(age_identity_random(&desk, AGE_HYBRID) == ERR_OK);
	age_identity_recipient(desk, &desk_recipient);
	key_note_init(&line.keys);
	line.keys.serial = 1;
	line.keys.doors_n = 1;
	memcpy(door->id, "door", DOOR_ID_BYTES);
	door->first = today - 1;
	(void)snprintf(door->readers, sizeof door->readers, "Night desk");
	door->recipients_n = 5;
	door->recipients = calloc(5, sizeof *door->recipients);
	OK(door->recipients != NULL);
	for (size_t i = 0; i < 5; i++)
		door->recipients[i] = desk_recipient;
	door->voices_n = 1;
	sign_public(door->voices[0].key, voice_seed);
	door->voices[0].first = today - 300;
	door->voices[0].last = today + 60;
	line.settings = &settings;
	OK(pages_warm() == ERR_OK && pages_open(&settings) == ERR_OK);
}

/* The value of the first field of this name on a page, as a C string. */
static inline const char *
field(const struct fake_answer *a, const char *name)
{
	static char value[4][1100];
	static unsigned at;
	char want[64];
	const char *p, *end;

	(void)snprintf(want, sizeof want, "name=\"%s\" value=\"", name);
	p = memmem(a->body.at, a->body.len, want, strlen(want));
	OK(p != NULL);
	p += strlen(want);
	end = strchr(p, '"');
	OK(end != NULL && (size_t)(end - p) < sizeof value[0]);
	at = (at + 1) % 4;
	memcpy(value[at], p, (size_t)(end - p));
	value[at][end - p] = '\0';
	return value[at];
}

static inline bool
has(const struct fake_answer *a, const char *text)
{
	return memmem(a->body.at, a->body.len, text, strlen(text)) != NULL;
}

/* Percent-encode what is not plain. */
static inline void
encode(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
			OK(buf_put(b, s, 1) == ERR_OK);
		else
			OK(buf_put_fmt(b, "%%%02X", (unsigned char)*s) ==
			    ERR_OK);
}

/* Post name, value, name, value, ..., NULL. */
static inline void
post(struct fake_answer *a, const char *path, const char *const *fields)
{
	struct fake_form form = { .path = path, .type = URLENCODED, .step = 7 };
	struct buf b;

	buf_init(&b, 100000);
	for (size_t i = 0; fields[i] != NULL; i += 2) {
		OK(buf_put_fmt(&b, "%s%s=", i == 0 ? "" : "&", fields[i]) ==
		    ERR_OK);
		encode(&b, fields[i + 1]);
	}
	form.body = b.at == NULL ? (const uint8_t *)"" : b.at;
	form.n = b.len;
	fake_post(a, &line, &form);
	buf_drop(&b);
	OK(a->beat && a->status != 0);
}

/* A multipart body: fields, then files. */
static inline void
put_field(
    struct buf *b, const char *name, const char *file, const void *p, size_t n)
{
	OK(buf_put_fmt(b,
	       "--x\r\nContent-Disposition: form-data; name=\"%s\"%s%s%s\r\n"
	       "%s\r\n",
	       name, file == NULL ? "" : "; filename=\"",
	       file == NULL ? "" : file, file == NULL ? "" : "\"",
	       file == NULL ? "" : "Content-Type: image/jpeg\r\n") == ERR_OK);
	OK(buf_put(b, p, n) == ERR_OK);
	OK(buf_put(b, "\r\n", 2) == ERR_OK);
}

static inline void
put_text(struct buf *b, const char *name, const char *value)
{
	put_field(b, name, NULL, value, strlen(value));
}

/* Words as they stand on the page Your words. */
static inline void
words_of(const struct fake_answer *a, char *out, size_t room)
{
	const char *p =
	    memmem(a->body.at, a->body.len, "<ol class=\"words\"", 17);
	const char *end;
	size_t n = 0;

	OK(p != NULL);
	for (int i = 0; i < 9; i++) {
		p = strstr(p, "<li>");
		OK(p != NULL);
		p += 4;
		end = strchr(p, '<');
		OK(n + (size_t)(end - p) + 2 < room);
		memcpy(out + n, p, (size_t)(end - p));
		n += (size_t)(end - p);
		out[n++] = ' ';
	}
	out[n - 1] = '\0';
}

/* Somebody who has got words, and stands before the page Write. */
struct writer {
	char words[200];
	char ticket[TICKET_CHARS + 1];
	char id[33];
};

static inline void
new_writer(struct writer *w)
{
	struct fake_answer a;

	post(&a, "/new", (const char *const[]){ "door", "646f6f72", NULL });
	OK(a.status == 200 && a.body.len == 32768);
	words_of(&a, w->words, sizeof w->words);
	(void)snprintf(w->ticket, sizeof w->ticket, "%s", field(&a, "ticket"));
	fake_answer_drop(&a);
	post(&a, "/write", (const char *const[]){ "ticket", w->ticket, NULL });
	OK(a.status == 200 && has(&a, "action=\"/send\""));
	(void)snprintf(w->id, sizeof w->id, "%s", field(&a, "id"));
	OK(strlen(w->id) == 32);
	fake_answer_drop(&a);
}

static inline void
begin_form(struct buf *b, const struct writer *w, const char *text)
{
	buf_init(b, 16U << 20);
	put_text(b, "id", w->id);
	put_text(b, "door", "646f6f72");
	put_text(b, "seen", "0");
	put_text(b, "ticket", w->ticket);
	put_text(b, "text", text);
}

/* Send and drop the form; `cut` bytes of its end never come. */
static inline void
send_form_of(struct fake_answer *a, struct buf *b, size_t step, size_t cut)
{
	OK(buf_put_str(b, "--x--\r\n") == ERR_OK);
	fake_post(a, &line,
	    &(struct fake_form){
		"/send", MULTIPART, b->at, b->len, step, cut });
	OK(a->status != 0 && a->beat);
	buf_drop(b);
}

/* Open the i-th letter of the pool as the team would. */
static inline void
open_letter(struct letter *l, size_t i)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	char team[TEAM_PRINT_BYTES];
	const struct letter_place place = { .kind = LETTER_FROM,
		.team = team,
		.line = settings.line,
		.tag = fake_letters[i].tag };

	team_print(team, line.certificate.team);
	OK(i < fake_letter_count);
	OK(envelope_open(plain, desk, fake_letters[i].envelope,
	       ENVELOPE_LETTER_BYTES) == ERR_OK);
	OK(letter_read(l, plain, sizeof plain, &place) == ERR_OK);
}

/* Is file i of the letter these bytes? */
static inline bool
is_file(const struct letter *l, size_t i, const void *p, size_t n)
{
	static uint8_t plain[ENVELOPE_PART_PLAIN];
	uint32_t first, count;
	uint8_t tag[TAG_BYTES];
	bool same = l->files[i].size == n;

	letter_file_parts(l, i, &first, &count);
	for (uint32_t j = 0; j < count && same; j++) {
		size_t k;

		tag_part(tag, l->parts, first + j);
		for (k = 0; memcmp(fake_parts[k].tag, tag, sizeof tag) != 0;)
			OK(++k < fake_part_count);
		OK(envelope_open(plain, desk, fake_parts[k].envelope,
		       ENVELOPE_PART_BYTES) == ERR_OK);
		same = memcmp(plain, (const uint8_t *)p + j * PART_PLAIN,
			   part_bytes(n, j)) == 0;
	}
	return same;
}

/* Bytes that are easy to tell apart. */
static inline uint8_t *
some_bytes(size_t n, uint8_t seed)
{
	uint8_t *p = malloc(n + 1);

	OK(p != NULL);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 31 + i / 251 + seed);
	return p;
}

/* A writer who has sent one letter, which `l` becomes. */
static inline void
writer_with_letter(struct writer *w, struct letter *l)
{
	struct fake_answer a;
	struct buf b;

	new_writer(w);
	begin_form(&b, w, "hello");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200);
	fake_answer_drop(&a);
	open_letter(l, fake_letter_count - 1);
}

#endif
