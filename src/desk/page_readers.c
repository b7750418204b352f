/* The form that says who reads a conversation. */
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"

#include "desk/page_part.h"
#include "desk/readers.h"

static size_t
chosen(uint8_t (*out)[MEMBER_ID_BYTES], const struct readers *r,
    struct page_in *in)
{
	char name[1 + ENC_HEX_LEN(MEMBER_ID_BYTES) + 1] = "m";
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		enc_hex(name + 1, r->list[i].id, MEMBER_ID_BYTES);
		if (*page_in_get(in, name) != '\0')
			memcpy(out[n++], r->list[i].id, MEMBER_ID_BYTES);
	}
	return n;
}

void
page_restrict(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool all = strcmp(page_in_get(in, "all"), "yes") == 0;
	const char *handle = page_in_get(in, "handle");
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	struct readers readers;
	struct conv *c;
	size_t n = 0;
	enum err e;

	if ((c = page_conv(p, r, handle, strlen(handle))) == NULL)
		return;
	readers_of(&readers, p->desk, c, clock_day());
	if (!all)
		n = chosen(members, &readers, in);
	/* Nobody is not everybody. */
	e = n == 0 && !all
	    ? ERR_MISSING
	    : desk_restrict(p->desk, c,
		  (const uint8_t(*)[MEMBER_ID_BYTES])members, n, clock_day());
	if (e == ERR_OK) {
		page_say(p,
		    LANG_N("Kept. It holds for what its source writes once it "
			   "has read an answer of yours."));
		page_work_fetch(p);
		page_go_talk(r, c);
	} else if (readers_why(e) != NULL) {
		page_sorry(p, r, 409, readers_why(e));
	} else {
		page_sorry(
		    p, r, 500, "It could not be kept. Is the disk full?");
	}
}
