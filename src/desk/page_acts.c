#include <string.h>

#include "base/text.h"

#include "desk/page_part.h"
#include "desk/readers.h"
#include "desk/words.h"

void
page_say(struct page *p, const char *sentence)
{
	(void)snprintf(
	    p->said, sizeof p->said, "%s", lang_text(p->lang, sentence));
}

void
page_fetch(struct page *p, struct http_request *r, struct page_in *in)
{
	(void)in;
	page_work_fetch(p);
	page_go(r, "/wait");
}

void
page_stop(struct page *p, struct http_request *r, struct page_in *in)
{
	(void)in;
	page_work_stop(p);
	page_go(r, "/");
}

struct conv *
page_conv_in(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *handle = page_in_get(in, "handle");

	return page_conv(p, r, handle, strlen(handle));
}

void
page_terms(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *level = page_in_get(in, "level");
	const enum desk_level wanted = desk_level_find(level, strlen(level));
	struct conv *c = page_conv_in(p, r, in);
	enum err e;

	if (c == NULL)
		return;
	if (wanted == DESK_LEVEL_COUNT) {
		page_sorry(p, r, 400, "That form is not one of this desk.");
		return;
	}
	e = desk_set_terms(p->desk, c, wanted, page_in_get(in, "byline"),
	    page_in_get(in, "label"));
	if (e == ERR_TOOBIG || e == ERR_FORMAT)
		page_sorry(p, r, 400,
		    "The byline or the description is too long, or no one "
		    "line. Nothing was changed.");
	else if (e == ERR_DENIED)
		page_sorry(p, r, 403, page_no_editor);
	else if (e != ERR_OK)
		page_sorry(
		    p, r, 500, "It could not be kept. Is the disk full?");
	else {
		page_say(
		    p, "Kept. It is in sight wherever this source is quoted.");
		page_work_soon(p);
		page_go_talk(r, c);
	}
}

void
page_reply_too_big(struct page *p, struct http_request *r, struct page_in *in)
{
	struct conv *c = page_conv_in(p, r, in);

	if (c != NULL)
		page_show_talk(p, r, c, page_in_get(in, "text"),
		    LANG_N("That is more than this page takes: 256 MB of "
			   "files, 32 files, and a text of 400,000 bytes. "
			   "Larger files go with `sotto desk DIR reply HANDLE "
			   "--attach FILE`."));
}

static const char no_words[] =
    LANG_N("A message needs words, also when it brings files.");

/* The files of the answer that did not go, when they are wanted again. */
static enum err
keep_files(struct page_out *before, struct page_in *in)
{
	if (before == NULL || strcmp(page_in_get(in, "keep"), "yes") != 0)
		return ERR_OK;
	return page_in_move_files(in, before->in);
}

/* Nothing was written, but files were chosen, which no page can choose again:
 * they wait for the words.  What cannot wait goes with its form. */
static void
let_files_wait(struct page *p, struct conv *c, struct page_request *q)
{
	if (q->in->files_n == 0 ||
	    keep_files(page_out_find(p, c), q->in) != ERR_OK)
		return;
	page_out_drop(p, c);
	if (page_out_add(p, c, q->in) == ERR_OK) {
		page_out_find(p, c)->trouble = no_words;
		q->in = NULL; /* now the answer's */
	}
}

void
page_reply(struct page *p, struct http_request *r, struct page_in *in)
{
	struct page_request *q = r->mine;
	struct conv *c = page_conv_in(p, r, in);
	struct page_out *before;
	const char *text = page_in_get(in, "text");
	const char *why = NULL;
	char path[CONV_HANDLE_BYTES + 8];

	if (c == NULL)
		return;
	before = page_out_find(p, c);
	if (before != NULL && before->trouble == NULL)
		why = LANG_N("The answer before this one is still on its way. "
			     "Press again when it has gone.");
	else if (readers_silent(p->desk, c) != NULL)
		why = readers_silent(p->desk, c);
	else if (text_is_blank(text, strlen(text))) {
		let_files_wait(p, c, q);
		why = no_words;
	} else if (keep_files(before, in) != ERR_OK)
		why = LANG_N("With the files chosen before these are too "
			     "many, or too much.");
	if (why != NULL) {
		page_show_talk(p, r, c, text, why);
		return;
	}
	page_out_drop(p, c);
	if (page_out_add(p, c, in) != ERR_OK) {
		page_show_talk(p, r, c, text,
		    LANG_N("Sixteen answers are on their way or could not go. "
			   "Look after those first."));
		return;
	}
	q->in = NULL; /* now the answer's */
	(void)snprintf(path, sizeof path, "/wait?%s", c->handle);
	page_go(r, path);
}
