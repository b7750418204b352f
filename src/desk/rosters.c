#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/logbook.h"
#include "desk/rosters.h"

/* Could it sign one behind that roster?  It may have been struck off, or be no
 * admin's any more, by the very one that this desk went by. */
static bool
was_admin(const struct roster *before, const uint8_t *device)
{
	const struct roster_device *is = roster_device(before, device);

	return is != NULL &&
	    roster_member(before, is->member)->role == MEMBER_ADMIN;
}

/* Delivered and of its device alone. */
static bool
is_said(const struct teamlog_line *line)
{
	return line->kind == EFFECT_ROSTER &&
	    (line->standing == TEAMLOG_EFFECT ||
		line->standing == TEAMLOG_GONE ||
		line->standing == TEAMLOG_ROLE);
}

static const uint8_t *
hash_of(const struct desk *d, uint32_t serial)
{
	return serial < d->rosters_n ? d->rosters[serial]->previous
				     : d->roster_hash;
}

static bool
is_other(const struct desk *d, const struct teamlog_line *line,
    const struct effect *f)
{
	return f->number >= 2 && f->number <= d->rosters_n &&
	    was_admin(d->rosters[f->number - 2], line->device) &&
	    memcmp(f->hash, hash_of(d, f->number), sizeof f->hash) != 0;
}

/* Of which member a device was when the roster of that number was signed. */
static const char *
name_of(const struct desk *d, uint32_t serial, const uint8_t *device)
{
	const struct roster *before = d->rosters[serial - 2];
	const struct roster_device *is = roster_device(before, device);

	return is == NULL ? "" : roster_member(before, is->member)->name;
}

bool
rosters_is_other(struct desk *d, const struct teamlog_line *line)
{
	struct effect *f;
	bool is;

	if (!is_said(line) || (f = calloc(1, sizeof *f)) == NULL)
		return false;
	is = effect_read(f, line->kind, line->body, line->body_len) == ERR_OK &&
	    is_other(d, line, f);
	wipe_free(f, sizeof *f);
	return is;
}

static bool
find(struct desk *d, struct effect *f, struct rosters_two *two)
{
	struct teamlog_line line;
	bool found = false;

	for (size_t i = 0; i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (!is_said(&line) ||
		    effect_read(f, line.kind, line.body, line.body_len) !=
			ERR_OK ||
		    !is_other(d, &line, f) ||
		    (found && f->number >= two->serial))
			continue;
		found = true;
		two->serial = f->number;
		memcpy(
		    two->other_device, line.device, sizeof two->other_device);
	}
	return found;
}

/* Who said the one that this desk goes by. */
static void
find_ours(struct desk *d, struct effect *f, struct rosters_two *two)
{
	struct teamlog_line line;

	for (size_t i = 0; i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (is_said(&line) &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    f->number == two->serial &&
		    memcmp(f->hash, hash_of(d, f->number), sizeof f->hash) ==
			0) {
			memcpy(two->our_device, line.device,
			    sizeof two->our_device);
			return;
		}
	}
}

bool
rosters_are_two(struct desk *d, struct rosters_two *two)
{
	struct effect *f = calloc(1, sizeof *f);
	bool are = false;

	*two = (struct rosters_two){ .serial = 0 };
	if (f != NULL && (are = find(d, f, two))) {
		find_ours(d, f, two);
		two->ours = name_of(d, two->serial, two->our_device);
		two->other = name_of(d, two->serial, two->other_device);
	}
	wipe_free(f, sizeof *f);
	return are;
}

enum err
rosters_say(
    struct buf *out, const struct lang *lang, const struct rosters_two *two)
{
	const char *at = lang_text(lang,
	    LANG_N("The team key signed two rosters with the number {1}: {2} "
		   "said the one that this desk goes by, {3} another. Desks "
		   "that took the other hear nothing more of this one, nor "
		   "this desk of that. Call each other: decide which holds, "
		   "let nobody sign with the team key meanwhile, and let the "
		   "desks that took the other join anew with sotto join."));
	enum err e = ERR_OK;

	while (e == ERR_OK && *at != '\0') {
		const char *hole = strchr(at, '{');
		const size_t n =
		    hole == NULL ? strlen(at) : (size_t)(hole - at);

		e = buf_put(out, at, n);
		at += n;
		if (e != ERR_OK || *at == '\0')
			break;
		switch (at[1]) {
		case '1':
			e = buf_put_fmt(out, "%u", two->serial);
			break;
		case '2':
			e = buf_put_str(out, two->ours);
			break;
		default:
			e = buf_put_str(out, two->other);
			break;
		}
		at += strlen("{1}");
	}
	return e;
}
