/* sotto desk DIR restrict: who reads a conversation from now on. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "desk/readers.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"

/* The names in --to, between commas. */
static bool
read_members(uint8_t (*out)[MEMBER_ID_BYTES], size_t *n,
    const struct readers *r, const char *list)
{
	const struct reader *one;
	char name[MEMBER_NAME_MAX + 1];
	size_t len;

	for (*n = 0; *n < ROSTER_MEMBERS; (*n)++) {
		list += strspn(list, " ");
		len = strcspn(list, ",");
		if (len == 0 || len >= sizeof name)
			return false;
		memcpy(name, list, len);
		name[len] = '\0';
		if ((one = readers_find(r, name)) == NULL) {
			fprintf(stderr,
			    "sotto: There is no %s among those who read at its "
			    "door: see sotto team members DIR.\n",
			    name);
			return false;
		}
		memcpy(out[*n], one->id, MEMBER_ID_BYTES);
		list += len;
		if (*list++ == '\0') {
			(*n)++;
			return true;
		}
	}
	return false;
}

static int
say(struct desk_cmd *c, const struct conv *conv)
{
	char names[READERS_TEXT];
	struct readers r;

	readers_of(&r, c->desk, conv, clock_day());
	readers_names(&r, names);
	printf(r.restricted ? "From now on only these members read %s: %s.\n"
			    : "All who read at its door read %s again: %s.\n",
	    conv->handle, names);
	(void)desk_cmd_tell_others(c);
	if (r.restricted)
		printf("Now answer its source, so that it knows where to seal. "
		       "For example:\n  %s\n",
		    restrict_proposal());
	else
		puts("Now answer its source, so that it seals to all of them.");
	return CMD_DONE;
}

int
desk_cmd_restrict(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	struct readers r;
	size_t n = 0;
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	readers_of(&r, c->desk, conv, clock_day());
	if (!c->undo && !read_members(members, &n, &r, c->to))
		return CMD_FAILED;
	e = desk_restrict(c->desk, conv,
	    (const uint8_t(*)[MEMBER_ID_BYTES])members, n, clock_day());
	if (e == ERR_OK)
		return say(c, conv);
	return readers_why(e) != NULL
	    ? desk_cmd_say(readers_why(e))
	    : desk_cmd_failed(e, "who reads it was not changed");
}

enum err
desk_cmd_put_readers(
    struct buf *out, const struct desk *d, const struct conv *c)
{
	char names[READERS_TEXT];
	struct readers r;
	enum err e = ERR_OK;

	readers_of(&r, d, c, clock_day());
	readers_names(&r, names);
	if (r.restricted)
		e = buf_put_fmt(out, "\nRead only by: %s", names);
	for (size_t i = 0; e == ERR_OK && i < r.hints_n; i++)
		e = buf_put_fmt(out, "\n[%s]", r.hints[i]);
	return e;
}

enum err
desk_cmd_put_mark(struct buf *out, const struct desk *d, const struct conv *c,
    const struct said *s)
{
	const char *mark = readers_mark(d, c, s);

	return mark == NULL ? ERR_OK : buf_put_fmt(out, "[%s]\n", mark);
}

void
desk_cmd_json_readers(
    struct json_out *w, const struct desk *d, const struct conv *c)
{
	struct readers r;

	readers_of(&r, d, c, clock_day());
	json_put_bool(w, "restricted", r.restricted);
	json_put_list(w, "read_by");
	for (size_t i = 0; i < r.n; i++)
		if (r.list[i].reads)
			json_put_str(
			    w, NULL, r.list[i].name, strlen(r.list[i].name));
	json_put_list_end(w);
}

void
desk_cmd_json_mark(struct json_out *w, const struct desk *d,
    const struct conv *c, const struct said *s)
{
	json_put_bool(w, "by_door", restrict_is_open(d, c, s));
	json_put_bool(w, "outside", restrict_is_outside(d, c, s));
}
