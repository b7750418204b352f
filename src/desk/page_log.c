/* The team's log, and the check of it; nothing is changed from here. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/page_part.h"
#include "desk/view_log.h"

#define ROWS_MAX 50U
#define NAMES_BYTES 2048U
#define STEP 100U /* entries checked at a time: some milliseconds */

/* What is asked for, and all that its page is made of. */
struct listing {
	struct desk_log log;
	struct desk_log_row rows[ROWS_MAX];
	struct desk_member members[ROSTER_MEMBERS];
	char ids[ROSTER_MEMBERS][ENC_HEX_LEN(MEMBER_ID_BYTES) + 1];
	char names[ROWS_MAX][NAMES_BYTES];
	char key[HTTP_TARGET_MAX + 1];
	uint8_t member[MEMBER_ID_BYTES];
	const struct conv *conv;
};

/* The name of one member alone. */
static bool
ask_member(struct listing *l, struct desk *d, const char *hex, size_t n)
{
	const struct roster_member *m;

	if (n != ENC_HEX_LEN(MEMBER_ID_BYTES) ||
	    enc_hex_read(l->member, sizeof l->member, hex, n) != ERR_OK ||
	    (m = roster_member(d->roster, l->member)) == NULL)
		return false;
	l->log.name = m->name;
	return true;
}

/* False: there is no such page. */
static bool
ask(struct listing *l, struct desk *d, const char *query)
{
	const char *dot = strchr(query, '.'), *end;
	size_t n = strcspn(query, ".");
	uint64_t newer = 0;

	l->log.part = DESK_LOG_ALL;
	end = query + n;
	if (n == 0)
		l->log.part = DESK_LOG_DONE;
	else if (n == 3 && memcmp(query, "odd", 3) == 0)
		l->log.part = DESK_LOG_ODD;
	else if (n != 3 || memcmp(query, "all", 3) != 0) {
		if (dot == NULL)
			return false;
		end = dot + 1 + strcspn(dot + 1, ".");
		if (n == 4 && memcmp(query, "talk", 4) == 0) {
			l->conv =
			    desk_find(d, dot + 1, (size_t)(end - dot - 1));
			if (l->conv == NULL)
				return false;
			l->log.handle = l->conv->handle;
		} else if (n != 6 || memcmp(query, "member", 6) != 0 ||
		    !ask_member(l, d, dot + 1, (size_t)(end - dot - 1)))
			return false;
	}
	if (*end == '.' &&
	    enc_decimal_read(&newer, UINT32_MAX, end + 1, strlen(end + 1)) !=
		ERR_OK)
		return false;
	l->log.newer = (size_t)newer;
	(void)snprintf(
	    l->key, sizeof l->key, "%.*s", (int)(end - query), query);
	l->log.key = l->key;
	return true;
}

/* Is it one of those that were asked for, as far as is known unread? */
static bool
is_asked(const struct listing *l, const struct teamlog_line *line)
{
	if (l->log.part == DESK_LOG_ODD)
		return line->standing != TEAMLOG_EFFECT || line->twin;
	if (l->log.part == DESK_LOG_DONE)
		return !logbook_is_upkeep(line->kind);
	if (l->log.name != NULL)
		return line->member != NULL &&
		    memcmp(line->member, l->member, sizeof l->member) == 0;
	return true;
}

/* Its body is hex and JSON: one that has not the name is not about it. */
static bool
is_about(const struct listing *l, const struct teamlog_line *line)
{
	char hex[ENC_HEX_LEN(CONV_ID_BYTES) + 1];

	if (l->conv == NULL)
		return true;
	enc_hex(hex, l->conv->id, CONV_ID_BYTES);
	return memmem(line->body, line->body_len, hex, sizeof hex - 1) != NULL;
}

static const char *
names_of(const struct desk *d, const struct logbook_act *a,
    char out[static NAMES_BYTES], const char *gone)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < a->members_n && n < NAMES_BYTES; i++) {
		const char *name = logbook_name(d, a->members[i]);

		n += (size_t)snprintf(out + n, NAMES_BYTES - n, "%s%s",
		    i == 0 ? "" : ", ", name[0] == '\0' ? gone : name);
	}
	return out;
}

static enum err
fill(struct page *p, struct desk_log_row *row, const struct teamlog_line *line,
    char names[static NAMES_BYTES])
{
	struct desk *d = p->desk;
	const char *who = logbook_member(d, line);
	enum err e;

	if ((e = logbook_read(&row->act, d, line)) != ERR_OK)
		return e;
	row->came = logbook_day(d, line);
	row->who = who[0] == '\0' ? NULL : who;
	enc_hex(row->device, line->device, DESK_LOG_CHARS / 2);
	row->number = line->number;
	row->type = line->type;
	row->members = names_of(
	    d, &row->act, names, lang_text(p->lang, "a former member"));
	row->standing = line->standing;
	row->twin = line->twin;
	row->lacks = line->lacks;
	enc_hex(row->waits_for, line->waits_for, DESK_LOG_CHARS / 2);
	return ERR_OK;
}

static enum err
list(struct page *p, struct listing *l)
{
	size_t left = l->log.newer;
	struct teamlog_line line;
	enum err e = ERR_OK;

	l->log.rows = l->rows;
	for (size_t i = desk_log_count(p->desk); e == ERR_OK && i-- > 0;) {
		desk_log_at(p->desk, i, &line);
		l->log.odd += line.standing != TEAMLOG_EFFECT || line.twin;
		if (l->log.older || !is_asked(l, &line) || !is_about(l, &line))
			continue;
		if (left > 0)
			left--;
		else if (l->log.row_count == ROWS_MAX)
			l->log.older = true;
		else {
			e = fill(p, &l->rows[l->log.row_count], &line,
			    l->names[l->log.row_count]);
			l->log.row_count++;
		}
	}
	return e;
}

static void
list_members(struct listing *l, const struct roster *r)
{
	for (size_t i = 0; i < r->members_n; i++) {
		enc_hex(l->ids[i], r->members[i].id, MEMBER_ID_BYTES);
		l->members[i] = (struct desk_member){
			.id = l->ids[i],
			.name = r->members[i].name,
		};
	}
	l->log.members = l->members;
	l->log.member_count = r->members_n;
}

void
page_log(struct page *p, struct http_request *r, struct page_in *in)
{
	struct listing *l = calloc(1, sizeof *l);
	struct page_warnings w;
	struct desk_frame frame;
	struct buf out;
	enum err e = ERR_NOMEM;

	(void)in;
	if (l != NULL && !ask(l, p->desk, r->query)) {
		page_sorry(p, r, 404, "There is no such page.");
		wipe_free(l, sizeof *l);
		return;
	}
	buf_init(&out, DESK_PAGE_MAX);
	if (l != NULL && (e = list(p, l)) == ERR_OK) {
		list_members(l, p->desk->roster);
		frame = page_frame(p, &w);
		e = desk_view_log(&out, &frame, &l->log);
	}
	page_answer(r, e == ERR_OK ? 200 : 500, &out, e);
	wipe_free(l, sizeof *l);
}

bool
page_log_turn(struct page *p)
{
	if (p->check.at >= p->check.all)
		return false;
	if (logbook_check_go(&p->check, p->desk, STEP) != ERR_OK)
		logbook_check_drop(&p->check);
	return p->check.at < p->check.all;
}

void
page_verify(struct page *p, struct http_request *r, struct page_in *in)
{
	struct page_warnings w;
	struct desk_frame frame;
	struct buf out;

	(void)in;
	/* The names that it has are those of a roster that still holds. */
	if (p->check.list == NULL ||
	    logbook_check_go(&p->check, p->desk, STEP) != ERR_OK) {
		page_go(r, "/log");
		return;
	}
	if (p->check.at < p->check.all &&
	    http_add(r, "Refresh", "1") != ERR_OK) {
		http_say(r, 500, "There is not enough memory.");
		return;
	}
	frame = page_frame(p, &w);
	buf_init(&out, DESK_PAGE_MAX);
	page_answer(r, 200, &out, desk_view_verify(&out, &frame, &p->check));
}

void
page_verify_act(struct page *p, struct http_request *r, struct page_in *in)
{
	if (strcmp(page_in_get(in, "stop"), "yes") == 0) {
		logbook_check_drop(&p->check);
		page_go(r, "/log");
	} else if (logbook_check_begin(&p->check, p->desk) == ERR_OK)
		page_go(r, "/verify");
	else
		page_sorry(p, r, 500, "There is not enough memory for it.");
}
