#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "base/file.h"
#include "line/settings.h"
#include "line/talk.h"
#include "t.h"

static uint8_t filler[CHANNEL_MAX + 8];

/* May `from` say it to `to`, with a payload of n bytes? */
static enum err
said(unsigned kind, unsigned from, unsigned to, size_t n, unsigned fds)
{
	struct message m = {
		.type = (uint16_t)kind,
		.at = filler,
		.n = n,
		.fd = { -1, -1 },
		.fds = fds,
	};
	struct talk t;

	return talk_read(&t, (enum role)from, (enum role)to, &m);
}

/* Lengths worth trying: those of every field and their neighbours. */
static bool
any_length(unsigned kind, unsigned from, unsigned to)
{
	for (size_t n = 0; n < 70000; n++)
		if (said(kind, from, to, n, 0) == ERR_OK ||
		    said(kind, from, to, n, 1) == ERR_OK)
			return true;
	for (size_t n = 70000; n <= CHANNEL_MAX; n++)
		if (said(kind, from, to, n, 0) == ERR_OK)
			return true;
	return false;
}

/* Who may say which kind to whom; filled by the first test. */
static bool may[TALK_COUNT + 2][ROLE_COUNT][ROLE_COUNT];

/* The whole permission, written a second time and from the other
 * side: who hears what from whom. */
static const struct {
	enum role from, to;
	enum talk_kind kinds[20];
} heard[] = {
	{ ROLE_WARDEN, ROLE_FRONT,
	    { TALK_SETTINGS, TALK_CERTIFICATE, TALK_KEY_NOTE, TALK_LISTEN,
		TALK_KEEPER, TALK_DERIVER, TALK_START, TALK_TAKE_OVER,
		TALK_RETIRE } },
	{ ROLE_WARDEN, ROLE_DESK_FRONT,
	    { TALK_SETTINGS, TALK_CERTIFICATE, TALK_KEY_NOTE, TALK_LISTEN,
		TALK_KEEPER, TALK_START, TALK_TAKE_OVER, TALK_RETIRE } },
	{ ROLE_WARDEN, ROLE_DERIVER,
	    { TALK_SETTINGS, TALK_START, TALK_CLIENT } },
	{ ROLE_WARDEN, ROLE_KEEPER,
	    { TALK_SETTINGS, TALK_CERTIFICATE, TALK_KEY_NOTE, TALK_LOCK,
		TALK_START, TALK_CLIENT, TALK_NOTE_KEPT } },
	{ ROLE_FRONT, ROLE_WARDEN, { TALK_READY, TALK_SAID } },
	{ ROLE_DESK_FRONT, ROLE_WARDEN, { TALK_READY, TALK_SAID } },
	{ ROLE_DERIVER, ROLE_WARDEN, { TALK_READY, TALK_SAID, TALK_REFUSED } },
	{ ROLE_KEEPER, ROLE_WARDEN,
	    { TALK_READY, TALK_SAID, TALK_REFUSED, TALK_NEW_NOTE } },
	{ ROLE_FRONT, ROLE_FRONT, { TALK_HEIRLOOM } },
	{ ROLE_DESK_FRONT, ROLE_DESK_FRONT, { TALK_HEIRLOOM } },
	{ ROLE_FRONT, ROLE_DERIVER, { TALK_DERIVE } },
	{ ROLE_DERIVER, ROLE_FRONT, { TALK_ROOT } },
	{ ROLE_FRONT, ROLE_KEEPER,
	    { TALK_LOOK, TALK_GET, TALK_PIECE, TALK_PUT, TALK_UPLOAD,
		TALK_UPLOAD_END, TALK_STATE, TALK_COMMIT, TALK_DELETE } },
	{ ROLE_KEEPER, ROLE_FRONT,
	    { TALK_LOOKED, TALK_GOT, TALK_PIECED, TALK_UPLOADED, TALK_STATED,
		TALK_DONE } },
	{ ROLE_DESK_FRONT, ROLE_KEEPER,
	    { TALK_LOOK, TALK_GET, TALK_PIECE, TALK_PUT, TALK_UPLOAD,
		TALK_UPLOAD_END, TALK_STATE, TALK_COMMIT, TALK_DELETE,
		TALK_DAYS, TALK_DAY, TALK_OFFERED, TALK_FETCH, TALK_PURGE,
		TALK_PUT_NOTE } },
	{ ROLE_KEEPER, ROLE_DESK_FRONT,
	    { TALK_LOOKED, TALK_GOT, TALK_PIECED, TALK_UPLOADED, TALK_STATED,
		TALK_DONE, TALK_DAYS_ARE, TALK_DAY_IS, TALK_OFFERED_ARE,
		TALK_FETCHED } },
};

static void
can_say_what_it_may(unsigned from, unsigned to)
{
	may[TALK_NONE][from][to] = false;
	for (unsigned k = 0; k < TALK_COUNT + 2; k++) {
		const bool can = any_length(k, from, to);

		if (can != may[k][from][to])
			fprintf(stderr, "%s\n", talk_name((enum talk_kind)k));
		OK(can == may[k][from][to]);
	}
	OK(said(0xffff, from, to, 0, 0) == ERR_FORMAT);
}

static void
what_the_table_does_not_name_cannot_be_said(void)
{
	memset(may, 0, sizeof(may));
	memset(filler, 0, sizeof(filler));
	filler[0] = ROLE_FRONT; /* a right asker and a status without a fd */
	for (size_t i = 0; i < COUNT(heard); i++)
		for (size_t k = 0; k < COUNT(heard[i].kinds); k++)
			may[heard[i].kinds[k]][heard[i].from][heard[i].to] =
			    true;
	for (unsigned f = 0; f < ROLE_COUNT; f++)
		for (unsigned t = 0; t < ROLE_COUNT; t++)
			can_say_what_it_may(f, t);
}

static struct talk
sample(enum talk_kind kind, size_t n)
{
	struct talk t = talk_of(kind, 9);

	t.status = ERR_FULL;
	t.day = 20000;
	t.count = 3;
	t.room = 4;
	t.asker = ROLE_DESK_FRONT;
	t.tag = t.upload = t.secret = t.phrase = t.root = t.envelope = filler;
	t.bytes = filler + 5;
	t.n = n;
	return t;
}

static const struct {
	enum talk_kind kind;
	enum role from, to;
	size_t n, all; /* of bytes; of the payload */
} lengths[] = {
	{ TALK_CLIENT, ROLE_WARDEN, ROLE_KEEPER, 0, 5 },
	{ TALK_ROOT, ROLE_DERIVER, ROLE_FRONT, 0, 33 },
	{ TALK_DERIVE, ROLE_FRONT, ROLE_DERIVER, 0, 13 },
	{ TALK_LOOK, ROLE_FRONT, ROLE_KEEPER, 8192 * 16, 8192 * 16 },
	{ TALK_LOOKED, ROLE_KEEPER, ROLE_FRONT, 1024, 1025 },
	{ TALK_GET, ROLE_FRONT, ROLE_KEEPER, 96, 96 },
	{ TALK_GOT, ROLE_KEEPER, ROLE_FRONT, 98304, 98305 },
	{ TALK_PIECE, ROLE_FRONT, ROLE_KEEPER, 0, 20 },
	{ TALK_PIECED, ROLE_KEEPER, ROLE_FRONT, 65536, 65537 },
	{ TALK_PUT, ROLE_FRONT, ROLE_KEEPER, 0, 16400 },
	{ TALK_UPLOAD, ROLE_FRONT, ROLE_KEEPER, 0, 16 },
	{ TALK_UPLOADED, ROLE_KEEPER, ROLE_FRONT, 0, 9 },
	{ TALK_STATED, ROLE_KEEPER, ROLE_FRONT, 0, 9 },
	{ TALK_COMMIT, ROLE_FRONT, ROLE_KEEPER, 0, 16452 },
	{ TALK_DELETE, ROLE_FRONT, ROLE_KEEPER, 2048, 2048 },
	{ TALK_DONE, ROLE_KEEPER, ROLE_FRONT, 0, 1 },
	{ TALK_DAY, ROLE_DESK_FRONT, ROLE_KEEPER, 0, 24 },
	{ TALK_DAYS_ARE, ROLE_KEEPER, ROLE_DESK_FRONT, 90, 91 },
	{ TALK_DAY_IS, ROLE_KEEPER, ROLE_DESK_FRONT, 0, 1 },
	{ TALK_FETCHED, ROLE_KEEPER, ROLE_DESK_FRONT, 1627, 1628 },
};

static void
what_is_written_is_read_and_nothing_more(void)
{
	struct message m = { .id = 9 };
	struct talk t, got;
	struct buf b, again;

	for (size_t i = 0; i < sizeof(filler); i++)
		filler[i] = (uint8_t)(i * 7);
	buf_init(&b, CHANNEL_MAX + 1);
	buf_init(&again, CHANNEL_MAX + 1);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		bool fd = lengths[i].kind == TALK_CLIENT;

		buf_clear(&b);
		buf_clear(&again);
		t = sample(lengths[i].kind, lengths[i].n);
		OK(talk_write(&b, &t) == ERR_OK && b.len == lengths[i].all);
		m.type = (uint16_t)lengths[i].kind;
		m.at = b.at;
		m.n = b.len;
		m.fds = fd;
		m.fd[0] = 77;
		OK(talk_read(&got, lengths[i].from, lengths[i].to, &m) ==
		    ERR_OK);
		OK(got.kind == t.kind && got.id == 9);
		OK(got.fd == (fd ? 77 : -1));
		OK(talk_write(&again, &got) == ERR_OK);
		OK(again.len == b.len && memcmp(again.at, b.at, b.len) == 0);
		/* One byte more or less, and a descriptor too many. */
		m.n = b.len - 1;
		OK(b.len == 0 || lengths[i].kind == TALK_LOOKED ||
		    lengths[i].kind == TALK_FETCHED ||
		    talk_read(&got, lengths[i].from, lengths[i].to, &m) ==
			ERR_FORMAT);
		OK(buf_put_u8(&b, 0) == ERR_OK);
		m.at = b.at;
		m.n = b.len;
		OK(lengths[i].kind == TALK_FETCHED ||
		    talk_read(&got, lengths[i].from, lengths[i].to, &m) ==
			ERR_FORMAT);
		m.n = b.len - 1;
		m.fds = !fd;
		OK(talk_read(&got, lengths[i].from, lengths[i].to, &m) ==
		    ERR_FORMAT);
	}
	buf_drop(&b);
	buf_drop(&again);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
values_out_of_range_are_refused(void)
{
	filler[0] = ERR_COUNT;
	OK(said(TALK_DONE, ROLE_KEEPER, ROLE_FRONT, 1, 0) == ERR_FORMAT);
	filler[0] = ERR_COUNT - 1;
	OK(said(TALK_DONE, ROLE_KEEPER, ROLE_FRONT, 1, 0) == ERR_OK);
	filler[0] = ROLE_KEEPER;
	OK(said(TALK_CLIENT, ROLE_WARDEN, ROLE_KEEPER, 5, 1) == ERR_FORMAT);
	filler[0] = ROLE_DESK_FRONT;
	OK(said(TALK_CLIENT, ROLE_WARDEN, ROLE_KEEPER, 5, 1) == ERR_OK);
	/* A descriptor comes with ok and with nothing else. */
	filler[0] = ERR_OK;
	OK(said(TALK_UPLOADED, ROLE_KEEPER, ROLE_FRONT, 9, 0) == ERR_FORMAT);
	OK(said(TALK_UPLOADED, ROLE_KEEPER, ROLE_FRONT, 9, 1) == ERR_OK);
	filler[0] = ERR_FULL;
	OK(said(TALK_UPLOADED, ROLE_KEEPER, ROLE_FRONT, 9, 1) == ERR_FORMAT);
	OK(said(TALK_UPLOADED, ROLE_KEEPER, ROLE_FRONT, 9, 0) == ERR_OK);
}

static struct talk
piece_of(const void *p, size_t n, uint32_t rest)
{
	struct talk t = talk_of(TALK_PUT_NOTE, 1);

	t.bytes = p;
	t.n = n;
	t.count = rest;
	return t;
}

static void
pieces_join_in_turn_or_not_at_all(void)
{
	static const struct {
		struct {
			size_t n;
			uint32_t rest;
		} piece[3];
		enum err last; /* what the last piece gets */
	} rows[] = {
		{ { { 5, 3 }, { 2, 1 }, { 1, 0 } }, ERR_OK },
		{ { { 5, 3 }, { 2, 1 }, { 2, 0 } }, ERR_FORMAT },
		{ { { 5, 3 }, { 2, 1 }, { 1, 1 } }, ERR_FORMAT },
		{ { { 5, 3 }, { 3, 0 }, { 20, 0 } }, ERR_TOOBIG },
		{ { { 1, 0 }, { 1, 0 }, { 1, 10 } }, ERR_TOOBIG },
		{ { { 1, 0 }, { 1, 0 }, { 1, UINT32_MAX } }, ERR_TOOBIG },
	};
	struct talk_whole w = { .rest = 0 };
	bool done;

	buf_init(&w.buf, 10);
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (unsigned k = 0; k < 3; k++) {
			struct talk t = piece_of("abcdefghijklmnopqrst",
			    rows[i].piece[k].n, rows[i].piece[k].rest);
			enum err e;

			t.id = (uint32_t)i + 1;
			e = talk_piece(&w, &done, &t);
			OK(e == (k == 2 ? rows[i].last : ERR_OK));
		}
		OK(done == (rows[i].last == ERR_OK));
		OK(w.rest == 0);
		OK(w.buf.len == (done ? 8U : 0U));
	}
	buf_drop(&w.buf);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* One piece of `n` bytes with `rest` behind it; is that the whole? */
static bool
whole_with(struct talk_whole *w, uint32_t id, size_t n, uint32_t rest)
{
	struct talk t = piece_of("abcdefghij", n, rest);
	bool done;

	t.id = id;
	OK(talk_piece(w, &done, &t) == ERR_OK);
	return done;
}

static void
what_was_broken_off_does_not_spoil_the_next(void)
{
	struct talk_whole w = { .rest = 0 };
	struct talk t = piece_of("abcdefghij", 5, 20);
	bool done;

	buf_init(&w.buf, 10);
	/* By the same sender: another id. */
	OK(!whole_with(&w, 1, 3, 4));
	OK(!whole_with(&w, 2, 2, 1) && whole_with(&w, 2, 1, 0));
	OK(w.buf.len == 3);
	/* By another one, who counts from the beginning as well. */
	talk_whole_from(&w, 1);
	OK(!whole_with(&w, 1, 3, 4));
	talk_whole_from(&w, 2);
	OK(!whole_with(&w, 1, 2, 3) && whole_with(&w, 1, 3, 0));
	OK(w.buf.len == 5);
	/* The rest of what was refused is none. */
	OK(talk_piece(&w, &done, &t) == ERR_TOOBIG && !done);
	OK(!whole_with(&w, 1, 5, 15) && !whole_with(&w, 1, 10, 0));
	OK(whole_with(&w, 1, 5, 0) && w.buf.len == 5);
	buf_drop(&w.buf);
}

/* Append the names of the roles for which who[] is true. */
static void
put_roles(struct buf *b, const bool *who)
{
	static const enum role order[] = { ROLE_WARDEN, ROLE_FRONT,
		ROLE_DESK_FRONT, ROLE_DERIVER, ROLE_KEEPER };
	const char *comma = "";

	for (size_t i = 0; i < COUNT(order); i++)
		if (who[order[i]]) {
			OK(buf_put_fmt(b, "%s%s", comma,
			       talk_role_name(order[i])) == ERR_OK);
			comma = ", ";
		}
}

static void
the_document_has_the_table(void)
{
	struct buf doc, row;

	buf_init(&doc, 1U << 20);
	buf_init(&row, 1000);
	OK(file_read(&doc, "doc/protocol/50-processes.md") == ERR_OK);
	for (unsigned k = TALK_NONE + 1; k < TALK_COUNT; k++) {
		bool from[ROLE_COUNT] = { 0 }, to[ROLE_COUNT] = { 0 };

		for (unsigned f = 0; f < ROLE_COUNT; f++)
			for (unsigned t = 0; t < ROLE_COUNT; t++) {
				from[f] |= may[k][f][t];
				to[t] |= may[k][f][t];
			}
		buf_clear(&row);
		OK(buf_put_fmt(&row, "\n| %u | %s | ", k,
		       talk_name((enum talk_kind)k)) == ERR_OK);
		put_roles(&row, from);
		OK(buf_put_str(&row, " | ") == ERR_OK);
		if (k == TALK_HEIRLOOM)
			OK(buf_put_str(&row, "its like") == ERR_OK);
		else
			put_roles(&row, to);
		OK(buf_put_str(&row, " | ") == ERR_OK);
		if (strstr(buf_str(&doc), buf_str(&row)) == NULL)
			fprintf(stderr, "missing:%s\n", buf_str(&row));
		OK(strstr(buf_str(&doc), buf_str(&row)) != NULL);
	}
	buf_drop(&doc);
	buf_drop(&row);
}

static void
refused_memory_loses_no_descriptor(void)
{
	struct channel *c[2];
	struct talk t = talk_of(TALK_CLIENT, 1), piece;
	struct talk_whole w = { .rest = 0 };
	unsigned held;
	bool done;
	int fd[2];

	OK(channel_pair(fd) == ERR_OK);
	OK(channel_open(&c[0], fd[0]) == ERR_OK);
	OK(channel_open(&c[1], fd[1]) == ERR_OK);
	held = alloc_held();
	t.asker = ROLE_FRONT;
	OK((t.fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
	alloc_refuse(1);
	OK(talk_send(c[0], ROLE_WARDEN, ROLE_KEEPER, &t) == ERR_NOMEM);
	alloc_refuse(0);
	OK(fcntl(t.fd, F_GETFD) < 0 && alloc_held() == held);
	/* What may not be said is heard as wrong, and its descriptor closed. */
	OK((t.fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
	OK(talk_send(c[0], ROLE_WARDEN, ROLE_KEEPER, &t) == ERR_OK);
	OK(talk_receive(c[1], ROLE_FRONT, ROLE_KEEPER, &piece) == ERR_FORMAT);
	OK(fcntl(t.fd, F_GETFD) < 0);
	channel_close(c[0]);
	channel_close(c[1]);
	buf_init(&w.buf, 100);
	piece = piece_of("abc", 3, 3);
	alloc_refuse(1);
	OK(talk_piece(&w, &done, &piece) == ERR_NOMEM);
	alloc_refuse(0);
	OK(w.rest == 0 && !done && w.buf.len == 0);
	buf_drop(&w.buf);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

#define HEAD "sotto line settings 1\n"
#define ID "line 00112233445566778899aabbccddeeff\n"
#define NAME "name A team\n"

static const struct {
	const char *why, *text;
	enum err e;
	unsigned where;
} texts[] = {
	{ "the least", HEAD ID NAME, ERR_OK, 3 },
	{ "in any order", HEAD "# hm\n\n" NAME "retention 5\n" ID, ERR_OK, 6 },
	{ "hosts", HEAD ID NAME "host a.onion\nhost [::1]:80\n", ERR_OK, 5 },
	{ "empty", "", ERR_VERSION, 1 },
	{ "later", "sotto line settings 2\n" ID NAME, ERR_VERSION, 1 },
	{ "no id", HEAD NAME, ERR_MISSING, 2 },
	{ "no name", HEAD ID, ERR_MISSING, 2 },
	{ "cut", HEAD ID "name A team", ERR_SHORT, 3 },
	{ "twice", HEAD ID NAME NAME, ERR_FORMAT, 4 },
	{ "unknown", HEAD ID NAME "colour red\n", ERR_FORMAT, 4 },
	{ "no value", HEAD ID NAME "title \n", ERR_FORMAT, 4 },
	{ "no space", HEAD ID NAME "title\n", ERR_FORMAT, 4 },
	{ "part of a key", HEAD ID NAME "tit x\n", ERR_FORMAT, 4 },
	{ "upper hex", HEAD NAME "line 00112233445566778899AABBCCDDEEFF\n",
	    ERR_FORMAT, 3 },
	{ "too few days", HEAD ID NAME "retention 2\n", ERR_FORMAT, 4 },
	{ "too many", HEAD ID NAME "retention 401\n", ERR_FORMAT, 4 },
	{ "sign", HEAD ID NAME "retention +9\n", ERR_FORMAT, 4 },
	{ "zero first", HEAD ID NAME "retention 09\n", ERR_FORMAT, 4 },
	{ "host in capitals", HEAD ID NAME "host A.onion\n", ERR_FORMAT, 4 },
	{ "control", HEAD ID NAME "title a\tb\n", ERR_FORMAT, 4 },
	{ "no UTF-8", HEAD ID NAME "title \xff\n", ERR_FORMAT, 4 },
	{ "carriage return", HEAD ID "name A team\r\n", ERR_FORMAT, 3 },
	{ "nine hosts",
	    HEAD ID NAME "host a\nhost a\nhost a\nhost a\nhost a\n"
			 "host a\nhost a\nhost a\nhost a\n",
	    ERR_FORMAT, 12 },
	{ "questions",
	    HEAD ID NAME "host a.onion\nhost [::1]:80\n"
			 "question a-1 text Why?\n"
			 "question b date When? Or since?\n"
			 "question c choice Which? | Yes | Not I\n",
	    ERR_OK, 8 },
	{ "a question twice",
	    HEAD ID NAME "question a text b\nquestion a date c\n", ERR_FORMAT,
	    5 },
	{ "nine questions",
	    HEAD ID NAME
	    "question a text x\nquestion b text x\nquestion c text x\n"
	    "question d text x\nquestion e text x\nquestion f text x\n"
	    "question g text x\nquestion h text x\nquestion i text x\n",
	    ERR_FORMAT, 12 },
	{ "what the delete page says",
	    HEAD ID NAME "question deletion text Sure?\n", ERR_FORMAT, 4 },
	{ "an id in capitals", HEAD ID NAME "question A text b\n", ERR_FORMAT,
	    4 },
	{ "an id too long",
	    HEAD ID NAME "question "
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			 " text b\n",
	    ERR_TOOBIG, 4 },
	{ "a kind that is none", HEAD ID NAME "question a number b\n",
	    ERR_FORMAT, 4 },
	{ "no text", HEAD ID NAME "question a text\n", ERR_FORMAT, 4 },
	{ "two spaces", HEAD ID NAME "question a text  b\n", ERR_FORMAT, 4 },
	{ "a space behind", HEAD ID NAME "question a text b \n", ERR_FORMAT,
	    4 },
	{ "choices for a text", HEAD ID NAME "question a text b | c\n",
	    ERR_FORMAT, 4 },
	{ "one choice", HEAD ID NAME "question a choice b | c\n", ERR_FORMAT,
	    4 },
	{ "a choice twice", HEAD ID NAME "question a choice b | c | c\n",
	    ERR_FORMAT, 4 },
	{ "an empty choice", HEAD ID NAME "question a choice b | c | \n",
	    ERR_FORMAT, 4 },
	{ "choices without spaces", HEAD ID NAME "question a choice b|c|d\n",
	    ERR_FORMAT, 4 },
	{ "nine choices",
	    HEAD ID NAME "question a choice b | 1 | 2 | 3 | 4 | 5 | 6 "
			 "| 7 | 8 | 9\n",
	    ERR_TOOBIG, 4 },
};

static void
settings_are_read_strictly(void)
{
	static struct settings s, again;
	unsigned where;
	struct buf b;

	buf_init(&b, SETTINGS_MAX);
	for (size_t i = 0; i < COUNT(texts); i++) {
		enum err e = settings_read(&s, (const uint8_t *)texts[i].text,
		    strlen(texts[i].text), &where);

		if (e != texts[i].e || where != texts[i].where)
			fprintf(stderr, "%s: %s in line %u\n", texts[i].why,
			    err_name(e), where);
		OK(e == texts[i].e && where == texts[i].where);
		if (e != ERR_OK)
			continue;
		buf_clear(&b);
		OK(settings_write(&b, &s) == ERR_OK);
		OK(settings_read(&again, b.at, b.len, NULL) == ERR_OK);
		OK(memcmp(&s, &again, sizeof(s)) == 0);
	}
	buf_drop(&b);
	OK(s.questions == 3 && s.question[2].choices == 2);
	OK(strcmp(s.question[2].choice[1], "Not I") == 0);
	OK(strcmp(s.question[1].text, "When? Or since?") == 0);
	OK(s.hosts == 2 && strcmp(s.host[1], "[::1]:80") == 0);
	OK(s.retention == 90 && s.line[15] == 0xff);
}

T_BEGIN
T(what_the_table_does_not_name_cannot_be_said)
T(what_is_written_is_read_and_nothing_more)
T(the_document_has_the_table)
T(values_out_of_range_are_refused)
T(pieces_join_in_turn_or_not_at_all)
T(what_was_broken_off_does_not_spoil_the_next)
T(refused_memory_loses_no_descriptor)
T(settings_are_read_strictly)
T_END
