/* A welcome that its maker bent, and signed. */
#include "desk_bend.h"
#include "desk_newcomer.h"

/* What of it is to be otherwise. */
static bool leave_out_sent; /* that answers were sent is left out */
static const struct buf *besides; /* one more record of the conversation */
static bool twice; /* the conversation comes once more */
static bool wraps; /* letters came here in the last place that there is */
static uint8_t owner[SIGN_PUBLIC_BYTES];

static enum err
put_besides(struct pack_writer *w)
{
	const struct pack_said said = { besides->at, NULL, besides->len, 0 };
	struct buf b;
	enum err e;

	buf_init(&b, PACK_RECORD_MAX);
	if ((e = pack_said_write(&b, &said)) == ERR_OK)
		e = pack_writer_put(w, PACK_SAID, b.at, b.len);
	buf_drop(&b);
	return e;
}

/* Behind flags, id, tag, hash and four numbers; before them what stands with
 * the first letter of a source. */
static enum err
put_last(struct pack_writer *w, const uint8_t *p, size_t n)
{
	const size_t first = 5 + 1 + HYBRID_PUBLIC_BYTES + SOURCE_K_BYTES;
	struct pack_said s;
	struct buf b;
	enum err e;

	OK(pack_said_read(&s, p, n) == ERR_OK);
	buf_init(&b, PACK_RECORD_MAX);
	OK(buf_put(&b, p, n) == ERR_OK);
	if (s.head[0] == ITEM_SAID && s.head[5] == 1)
		memset(b.at + (s.head - p) + first + 81, 0xff, 4);
	e = pack_writer_put(w, PACK_SAID, b.at, b.len);
	buf_drop(&b);
	return e;
}

static enum err
pass_on(
    struct pack_writer *who, enum pack_kind kind, const uint8_t *p, size_t n)
{
	struct pack_said s;
	enum err e;

	if (kind == PACK_SAID && leave_out_sent) {
		OK(pack_said_read(&s, p, n) == ERR_OK);
		if (s.head[0] == ITEM_SENT)
			return ERR_OK;
	}
	if (kind == PACK_SAID && wraps)
		return put_last(who, p, n);
	if (kind == PACK_CONVERSATION)
		memcpy(owner, p, sizeof owner);
	e = pack_writer_put(who, kind, p, n);
	if (e == ERR_OK && kind == PACK_SAID && twice &&
	    (e = pack_writer_put(
		 who, PACK_CONVERSATION, owner, sizeof owner)) == ERR_OK)
		e = pack_writer_put(who, kind, p, n);
	if (e == ERR_OK && kind == PACK_SAID && besides != NULL)
		e = put_besides(who);
	return e;
}

static void
bend(void)
{
	const struct bend how = { request.key, &request.recipient,
		(const uint8_t(*)[AGE_SEED_BYTES]) & own->recipient, 1,
		pass_on };

	bend_file(&how, file);
}

/* One source, who was answered; a new member is taken in. */
static void
answered(void)
{
	struct pack_said_of said;
	struct reply_report rep;
	struct writer w;

	leave_out_sent = twice = wraps = false;
	besides = NULL;
	begin_all();
	wait_for_it();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_all();
	reply_to("an answer", &rep, ERR_OK);
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK);
}

/* It would go out in the team's voice, and the log would say that the new
 * device said it. */
static void
who_makes_a_welcome_has_its_reader_send_nothing(void)
{
	struct welcome w;

	answered();
	leave_out_sent = true;
	bend();
	OK(welcome_take(&w, there, own, file, &yes) == ERR_DENIED);
	OK(!is_desk() && waiting_is_there(there));
	leave_it();
}

/* Found out before anybody's folder is one that does not open. */
static void
what_no_desk_could_be_opened_with_is_refused(void)
{
	static const struct {
		enum item kind;
		size_t n;
		enum err e;
	} rows[] = {
		{ ITEM_SENT, LETTER_ID_BYTES, ERR_FORMAT },
		{ ITEM_DROPPED, 1, ERR_FORMAT },
		{ ITEM_TOLD, 8, ERR_FORMAT },
		{ ITEM_TRIED - 1, 8, ERR_VERSION },
	};
	static const uint8_t zeros[16];
	struct pack_said_of said;
	struct buf item;
	struct welcome w;

	answered();
	buf_init(&item, 64);
	besides = &item;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&item);
		OK(item_put(&item, rows[i].kind, rows[i].n) == ERR_OK);
		OK(buf_put(&item, zeros, rows[i].n) == ERR_OK);
		OK(give(&said) == ERR_OK);
		bend();
		OK(welcome_take(&w, there, own, file, &yes) == rows[i].e);
		OK(!is_desk() && waiting_is_there(there));
	}
	buf_drop(&item);
	besides = NULL;
	twice = true;
	OK(give(&said) == ERR_OK);
	bend();
	OK(welcome_take(&w, there, own, file, &yes) == ERR_FORMAT);
	twice = false;
	/* What comes next would stand before all. */
	wraps = true;
	OK(give(&said) == ERR_OK);
	bend();
	OK(welcome_take(&w, there, own, file, &yes) == ERR_FORMAT);
	leave_it();
}

/* What is passed on as it was given is taken. */
static void
one_that_is_only_sealed_again_is_taken(void)
{
	struct welcome w;
	struct desk *new;

	answered();
	bend();
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	new = open_there();
	sees_the_same(desk, new);
	desk_close(new);
	leave_it();
}

T_BEGIN
desk_tests_begin();
T(one_that_is_only_sealed_again_is_taken)
T(who_makes_a_welcome_has_its_reader_send_nothing)
T(what_no_desk_could_be_opened_with_is_refused)
T_END
