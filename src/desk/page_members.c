/* The page of members, and those of five steps: what is to be seen, and
 * commands; nothing is changed from here. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"

#include "desk/heard.h"
#include "desk/inside.h"
#include "desk/keep.h"
#include "desk/page_part.h"
#include "desk/sync_keys.h"
#include "desk/view_members.h"
#include "team/roster_edit.h"

#define FOLDER_MAX (4U * PATH_MAX + 3U) /* every byte may be a quote */

/* All that the page is made of. */
struct listed {
	struct desk_person members[ROSTER_MEMBERS];
	struct desk_device devices[ROSTER_DEVICES];
	const char *doors[ROSTER_MEMBERS][KEY_NOTE_DOORS];
	char ids[ROSTER_MEMBERS][ENC_HEX_LEN(MEMBER_ID_BYTES) + 1];
	size_t devices_n;
	struct effect effect;
};

static const char *const roles[] = {
	[MEMBER_ADMIN] = LANG_N("admin"),
	[MEMBER_EDITOR] = LANG_N("editor"),
	[MEMBER_VIEWER] = LANG_N("viewer"),
};

/* Did it ask for keys with the last recipient that it published? */
static bool
lacks(struct desk *d, const uint8_t *id, struct effect *f)
{
	struct teamlog_line line;

	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing == TEAMLOG_EFFECT &&
		    line.kind == EFFECT_RECIPIENT &&
		    memcmp(line.device, id, DEVICE_ID_BYTES) == 0)
			return effect_read(f, line.kind, line.body,
				   line.body_len) == ERR_OK &&
			    f->members_n > 0;
	}
	return false;
}

static enum err
list_device(
    struct listed *l, struct desk *d, const struct roster_device *device)
{
	struct desk_device *to = &l->devices[l->devices_n++];
	char hex[ENC_HEX_LEN(DEVICE_ID_BYTES) + 1];
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, device->key);
	enc_hex(hex, id, sizeof id);
	memcpy(to->id, hex, DESK_DEVICE_CHARS);
	to->own = memcmp(id, d->id, sizeof id) == 0;
	to->keeper = device->keeper;
	to->bytes = to->own ? keep_bytes(d) : 0;
	to->hands_out = memcmp(id, d->roster->hands_out, sizeof id) == 0;
	to->lacks = lacks(d, id, &l->effect);
	return heard_last(&to->heard, d, id);
}

static enum err
list_member(struct listed *l, struct desk *d, size_t at)
{
	const struct roster *r = d->roster;
	const struct roster_member *from = &r->members[at];
	struct desk_person *to = &l->members[at];
	enum err e = ERR_OK;

	enc_hex(l->ids[at], from->id, sizeof from->id);
	to->id = l->ids[at];
	to->name = from->name;
	to->role = roles[from->role];
	to->own = memcmp(from->id, d->about.member, sizeof from->id) == 0;
	to->devices = &l->devices[l->devices_n];
	to->doors = l->doors[at];
	for (size_t i = 0; i < r->doors_n; i++)
		if (roster_reader(&r->doors[i], from->id) <
		    r->doors[i].readers_n)
			l->doors[at][to->doors_n++] = r->doors[i].name;
	for (size_t i = 0; e == ERR_OK && i < r->devices_n; i++)
		if (memcmp(r->devices[i].member, from->id, sizeof from->id) ==
		    0) {
			e = list_device(l, d, &r->devices[i]);
			to->devices_n++;
		}
	return e;
}

void
page_members(struct page *p, struct http_request *r, struct page_in *in)
{
	struct desk *d = p->desk;
	struct listed *l = calloc(1, sizeof *l);
	const uint32_t today = clock_day();
	struct desk_members page = { .today = today };
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct buf out;
	uint32_t left;
	enum err e = l == NULL ? ERR_NOMEM : ERR_OK;

	(void)in;
	buf_init(&out, DESK_PAGE_MAX);
	for (size_t i = 0; e == ERR_OK && i < d->roster->members_n; i++)
		e = list_member(l, d, i);
	if (e == ERR_OK) {
		left = sync_keys_left(d, today);
		page.members = l->members;
		page.members_n = d->roster->members_n;
		page.serial = d->roster->serial;
		page.until = d->roster->until;
		page.keys = left == UINT32_MAX || left == 0 ? 0 : today + left;
		e = desk_view_members(&out, &frame, &page);
	}
	page_answer(r, 200, &out, e);
	wipe_free(l, sizeof *l);
}

/* As a shell takes it: in quotes when anything in it means something there. */
static enum err
quote(struct buf *out, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-";
	enum err e;

	if (path[0] != '\0' && path[0] != '-' &&
	    path[strspn(path, plain)] == '\0')
		return buf_put_str(out, path);
	e = buf_put_str(out, "'");
	for (; e == ERR_OK && *path != '\0'; path++)
		e = *path == '\'' ? buf_put_str(out, "'\\''")
				  : buf_put(out, path, 1);
	return e == ERR_OK ? buf_put_str(out, "'") : e;
}

void
page_how(struct page *p, struct http_request *r, struct page_in *in)
{
	char real[PATH_MAX];
	struct page_warnings w;
	struct desk_frame frame;
	struct buf out, folder;
	const char *shell;
	enum err e;

	(void)in;
	buf_init(&out, DESK_PAGE_MAX);
	buf_init(&folder, FOLDER_MAX);
	e = quote(&folder,
	    realpath(p->desk->dir, real) == NULL ? p->desk->dir : real);
	shell = e == ERR_OK ? buf_str(&folder) : NULL;
	e = ERR_NOMEM;
	if (shell != NULL) {
		frame = page_frame(p, &w);
		e = desk_view_how(&out, &frame, r->query, shell);
	}
	if (e == ERR_NOTHING) {
		buf_drop(&out);
		page_sorry(p, r, 404, "There is no such page.");
	} else {
		page_answer(r, 200, &out, e);
	}
	buf_drop(&folder);
}
