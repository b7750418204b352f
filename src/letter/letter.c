#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "note/json.h"

#include "letter/letter.h"
#include "letter/part.h"

/* All strings of a letter came out of one envelope. */
#define HOLD_MAX 65536U

static const struct {
	const char *kind;
	const char *signer;
} forms[LETTER_KIND_COUNT] = {
	[LETTER_FROM] = { "letter", "source" },
	[LETTER_REPLY] = { "reply", "voice" },
	[LETTER_KEPT] = { "kept", "source" },
};

const char *
letter_note_kind(enum letter_kind kind)
{
	return forms[kind].kind;
}

const char *
letter_signer(enum letter_kind kind)
{
	return forms[kind].signer;
}

void
letter_init(struct letter *l, enum letter_kind kind)
{
	memset(l, 0, sizeof *l);
	l->kind = kind;
	l->text = "";
	arena_init(&l->hold, HOLD_MAX);
}

void
letter_drop(struct letter *l)
{
	const enum letter_kind kind = l->kind;

	arena_drop(&l->hold);
	wipe(l, sizeof *l);
	letter_init(l, kind);
}

void
letter_set_return(
    struct letter *l, const struct source *s, const struct age_recipient *reply)
{
	l->reply = *reply;
	memcpy(l->sign, s->sign_public, sizeof l->sign);
	memcpy(l->k, s->k, sizeof l->k);
}

bool
letter_is_misdated(const struct letter *l, uint32_t row)
{
	return l->day != row && (row == 0 || l->day != row - 1);
}

void
letter_file_parts(
    const struct letter *l, size_t i, uint32_t *first, uint32_t *count)
{
	*first = 0;
	for (size_t j = 0; j < i; j++)
		*first += part_count(l->files[j].size);
	*count = part_count(l->files[i].size);
}

static bool
is_type_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
letter_is_type(const char *s, size_t n)
{
	size_t slash = 0;

	if (n > LETTER_TYPE_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const bool first = i == 0 || s[i - 1] == '/';

		if (s[i] == '/' && !first && slash == 0)
			slash = i;
		else if (!is_type_char(s[i]) &&
		    (first || s[i] == '\0' ||
			strchr("!#$&-^_.+", s[i]) == NULL))
			return false;
	}
	return slash > 0 && slash + 1 < n;
}

bool
letter_is_team(const char team[static LETTER_TEAM_CHARS + 1])
{
	for (size_t i = 0; i < LETTER_TEAM_CHARS; i++)
		if (!((team[i] >= 'a' && team[i] <= 'z') ||
			(team[i] >= '2' && team[i] <= '7')))
			return false;
	return team[LETTER_TEAM_CHARS] == '\0';
}

/* Is it UTF-8 of 1 to `max` bytes as the JSON has it? */
static bool
is_short(const char *s, size_t max)
{
	const size_t n = s == NULL ? 0 : strlen(s);

	return n > 0 && n <= max && json_str_bytes(s, n) <= max &&
	    text_is_utf8(s, n);
}

bool
letter_answers_fit(const struct letter *l)
{
	size_t bytes = 0;

	if (l->answer_count > LETTER_ANSWERS_MAX)
		return false;
	for (size_t i = 0; i < l->answer_count; i++) {
		const struct letter_answer *a = &l->answers[i];

		if (!is_short(a->question, LETTER_QUESTION_MAX) ||
		    a->answer == NULL ||
		    !text_is_utf8(a->answer, strlen(a->answer)))
			return false;
		/* two pairs of quotes, a colon and a comma */
		bytes += json_str_bytes(a->question, strlen(a->question)) +
		    json_str_bytes(a->answer, strlen(a->answer)) + 6;
	}
	return bytes <= LETTER_ANSWERS_BYTES;
}

static bool
files_are_sound(const struct letter *l)
{
	if (l->file_count > LETTER_FILES_MAX)
		return false;
	for (size_t i = 0; i < l->file_count; i++) {
		const struct letter_file *f = &l->files[i];

		if (!is_short(f->name, LETTER_NAME_MAX) || f->type == NULL ||
		    !letter_is_type(f->type, strlen(f->type)) ||
		    f->size > LETTER_FILE_BYTES_MAX)
			return false;
	}
	return true;
}

bool
letter_is_sound(const struct letter *l)
{
	if (!letter_is_team(l->team) || l->text == NULL ||
	    !text_is_utf8(l->text, l->text_len) || !files_are_sound(l))
		return false;
	if (l->more && l->file_count == 0)
		return false;
	switch (l->kind) {
	case LETTER_FROM:
		return l->slot < TAG_SLOTS && l->reply.kind == AGE_HYBRID &&
		    letter_answers_fit(l) &&
		    (l->name == NULL || is_short(l->name, LETTER_NAME_MAX));
	case LETTER_REPLY:
		return l->n > 0 &&
		    (!l->has_next || l->next_is_door ||
			l->next.kind == AGE_HYBRID);
	case LETTER_KEPT:
		return l->file_count == 0;
	case LETTER_KIND_COUNT:
		break;
	}
	return false;
}
