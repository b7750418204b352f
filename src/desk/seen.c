#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "crypt/hash.h"
#include "lang/lang.h"

#include "desk/seen.h"

static const struct {
	const char *word, *text;
	bool wanted, version;
} whats[SEEN_WHATS] = {
	[SEEN_ALIEN] = { "alien",
	    LANG_N("The page has something that no page of this program has: "
		   "it may run, or come from elsewhere, and can give sources "
		   "away. Take the line down and look into it."),
	    false, false },
	[SEEN_HEAD] = { "head",
	    LANG_N("The line sends other rules to the browser with the page "
		   "than this program does; they keep scripts and other sites "
		   "out."),
	    true, true },
	[SEEN_STATUS] = { "status",
	    LANG_N("The line does not answer a source with this page."), false,
	    false },
	[SEEN_FORM] = { "form",
	    LANG_N("The page has other fields or buttons than it should."),
	    true, true },
	[SEEN_DOOR] = { "door",
	    LANG_N("Sources are not offered the doors that the team has, or "
		   "not by their names and readers."),
	    false, false },
	[SEEN_QUESTION] = { "question",
	    LANG_N("Sources are asked something else than the line tells "
		   "desks: what they answer means something else than it is "
		   "shown with."),
	    false, false },
	[SEEN_WORDS] = { "words",
	    LANG_N("The page says something else than this program would."),
	    true, true },
	[SEEN_LOOKS] = { "style",
	    LANG_N("The style sheet is another: it can hide what stands on a "
		   "page."),
	    true, true },
	[SEEN_BUILT] = { "built",
	    LANG_N("The page is put together in another way: its order, its "
		   "size, or what does not show."),
	    true, true },
	[SEEN_NAME] = { "name", LANG_N("The team is called otherwise."), true,
	    false },
	[SEEN_TITLE] = { "title", LANG_N("The heading is another."), true,
	    false },
	[SEEN_ABOUT] = { "about",
	    LANG_N("What stands about the team is another."), true, false },
	[SEEN_READERS] = { "readers",
	    LANG_N("Who is said to read messages is another."), true, false },
	[SEEN_FILE_MAX] = { "file-max",
	    LANG_N("The limit of a file is another."), true, false },
	[SEEN_DAYS] = { "retention",
	    LANG_N("The days for which things are kept are others."), true,
	    false },
	[SEEN_KEYS] = { "keys",
	    LANG_N("Sources are given other keys than desks are: somebody may "
		   "be reading along. Take the line down and look into it."),
	    false, false },
	[SEEN_KEYS_OLD] = { "keys-old",
	    LANG_N("Sources are given older keys than desks were: who has "
		   "left may be able to read along. Ask who runs the line."),
	    false, false },
	[SEEN_TELL_QUESTIONS] = { "tell-questions",
	    LANG_N("sotto tell is given other questions than desks are."),
	    false, false },
};

static const struct {
	const char *word, *name;
} pages[SEEN_PAGES] = {
	[SEEN_START] = { "start", LANG_N("the first page") },
	[SEEN_STYLE] = { "style", LANG_N("the style sheet") },
	[SEEN_PHRASE] = { "words", LANG_N("the page with new words") },
	[SEEN_ASKED] = { "asked", LANG_N("the page that asks three back") },
	[SEEN_WRITE] = { "write", LANG_N("the page to write on") },
};

const char *
seen_sentence(enum seen_what what)
{
	return whats[what].text;
}

const char *
seen_word(enum seen_what what)
{
	return whats[what].word;
}

bool
seen_may_be_wanted(enum seen_what what)
{
	return whats[what].wanted;
}

bool
seen_may_be_version(enum seen_what what)
{
	return whats[what].version;
}

const char *
seen_page_name(enum seen_page page)
{
	return pages[page].name;
}

const char *
seen_page_word(enum seen_page page)
{
	return pages[page].word;
}

struct seen_text
seen_text(const char *s)
{
	return (struct seen_text){ s, strlen(s) };
}

/* As one line, cut; what is no text, or steers, becomes a question mark. */
static void
clean(char out[static SEEN_TEXT + 1], struct seen_text t)
{
	size_t to = 0, len;
	uint32_t c;

	for (size_t i = 0; i < t.n; i += len == 0 ? 1 : len) {
		len = text_char(&c, t.at + i, t.n - i);
		if (to + (len == 0 ? 1 : len) > SEEN_TEXT)
			break;
		if (c == '\n' || c == '\t') {
			out[to++] = ' ';
		} else if (len == 0 || c < ' ' || text_is_control(c)) {
			out[to++] = '?';
		} else {
			memcpy(out + to, t.at + i, len);
			to += len;
		}
	}
	out[to] = '\0';
}

static void
name_it(struct seen_found *f, struct seen_text sees, struct seen_text ours)
{
	uint8_t both[2 + 2 * SHA256_BYTES], name[SHA256_BYTES];

	both[0] = (uint8_t)f->what;
	both[1] = (uint8_t)f->page;
	sha256(both + 2, sees.at, sees.n);
	sha256(both + 2 + SHA256_BYTES, ours.at, ours.n);
	sha256(name, both, sizeof both);
	memcpy(f->id, name, sizeof f->id);
}

static bool
is_settled(const struct seen_list *l, const struct seen_found *f)
{
	for (size_t i = 0; i < l->wanted_n; i++)
		if (memcmp(l->wanted[i], f->id, sizeof f->id) == 0)
			return true;
	for (size_t i = 0; i < l->n; i++)
		if (memcmp(l->at[i].id, f->id, sizeof f->id) == 0)
			return true;
	return false;
}

/* Harmless differences, as many as there is room for, would hide a script. */
static void
put_instead(struct seen_list *l, const struct seen_found *f)
{
	l->more = true;
	for (size_t i = l->n; !seen_may_be_wanted(f->what) && i-- > 0;)
		if (seen_may_be_wanted(l->at[i].what)) {
			l->at[i] = *f;
			return;
		}
}

void
seen_put_same(struct seen_list *l, const struct seen_found *f)
{
	l->put++;
	if (is_settled(l, f))
		return;
	if (l->n == SEEN_FOUND_MAX)
		put_instead(l, f);
	else
		l->at[l->n++] = *f;
}

void
seen_put(struct seen_list *l, enum seen_what what, enum seen_page page,
    struct seen_text sees, struct seen_text ours)
{
	struct seen_found f = { .what = what, .page = page };

	name_it(&f, sees, ours);
	clean(f.sees, sees);
	clean(f.ours, ours);
	seen_put_same(l, &f);
}

static void
put_num(struct seen_list *l, enum seen_what what, uint64_t sees, uint64_t ours)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB",
		"TiB", "PiB", "EiB" };
	const uint64_t v[2] = { sees, ours };
	char text[2][32];

	for (size_t i = 0; i < 2; i++) {
		uint64_t tenths = v[i] * 10;
		size_t unit = 0;

		if (what == SEEN_DAYS) {
			(void)snprintf(
			    text[i], sizeof text[i], "%u", (unsigned)v[i]);
			continue;
		}
		if (v[i] > UINT64_MAX / 16)
			tenths = UINT64_MAX / 16 * 10;
		for (; tenths >= 10240; unit++)
			tenths /= 1024;
		(void)snprintf(text[i], sizeof text[i], "%u.%u %s",
		    (unsigned)(tenths / 10), (unsigned)(tenths % 10),
		    units[unit]);
	}
	seen_put(l, what, SEEN_START, seen_text(text[0]), seen_text(text[1]));
}

void
seen_settings(struct seen_list *l, const struct seen_line *got,
    const struct seen_line *ours)
{
	const struct {
		enum seen_what what;
		const char *got, *ours;
	} rows[] = {
		{ SEEN_NAME, got->name, ours->name },
		{ SEEN_TITLE, got->title, ours->title },
		{ SEEN_ABOUT, got->about, ours->about },
		{ SEEN_READERS, got->readers, ours->readers },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].got, rows[i].ours) != 0)
			seen_put(l, rows[i].what, SEEN_START,
			    seen_text(rows[i].got), seen_text(rows[i].ours));
	if (got->file_max != ours->file_max)
		put_num(l, SEEN_FILE_MAX, got->file_max, ours->file_max);
	if (got->days != ours->days)
		put_num(l, SEEN_DAYS, got->days, ours->days);
}
