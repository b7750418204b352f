/*
 * fill: a team whose line is full of letters.
 *
 *	fill DIR LETTERS CONVERSATIONS DAYS
 *		make DIR/line and DIR/desk (DIR is there and empty), DAYS days
 *		old, and so many letters of 600 bytes on the line, spread over
 *		these days and today, each sealed and signed by one of so many
 *		sources; what is over is closed
 *
 * The passphrase is that of the other rows.
 */
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "desk/begin.h"
#include "note/json.h"
#include "pool/pool.h"
#include "team/keynote.h"

#include "writer.h"

#define NOON 43200U

static const char *
below(const char *dir, const char *name)
{
	static char path[FILE_PATH_MAX];

	insist(file_path(path, sizeof path, dir, name), "a long name");
	return path;
}

static void
put(const char *dir, const char *name, const struct buf *b)
{
	insist(file_make(below(dir, name), b->at, b->len, 0600), name);
}

static void
make_line(const struct begin *b, const char *dir)
{
	char id[ENC_HEX_LEN(LINE_ID_BYTES) + 1];
	struct buf settings;

	insist(file_make_dir(below(dir, "line")), "the line's folder");
	buf_init(&settings, 4096);
	enc_hex(id, b->about.line, LINE_ID_BYTES);
	insist(buf_put_fmt(&settings,
		   "sotto line settings 1\nline %s\nname Bench\n", id),
	    "settings");
	put(dir, "line/settings", &settings);
	put(dir, "line/certificate", &b->certificate);
	put(dir, "line/key-note", &b->key_note);
	buf_drop(&settings);
}

struct full {
	const struct begin *begin;
	char print[TEAM_PRINT_BYTES];
	struct key_note note;
	struct pool *pool;
	struct writer *writers;
	uint32_t writers_n;
};

/* One letter of a day, to be put. */
static void
put_letter(struct full *f, struct writer *w, uint32_t day)
{
	const struct written_to to = {
		.about = &f->begin->about,
		.print = f->print,
		.day = day,
		.slot = w->slots++ % TAG_SLOTS,
		.tag_day = day,
	};
	uint8_t envelope[ENVELOPE_LETTER_BYTES];
	struct written o;

	writer_write(&o, w, &to);
	insist(envelope_seal(envelope, sizeof envelope,
		   key_note_recipient(&f->note.doors[0], day), o.note.at,
		   o.note.len),
	    "not sealed");
	insist(
	    pool_put(f->pool, POOL_SOURCE, o.letter.tag, envelope), "not put");
	written_drop(&o);
}

static void
close_days(struct full *f)
{
	bool more = true;

	while (more)
		insist(pool_step(f->pool, &more), "no step");
}

/* From letter `from` to letter `to`, one source after the other. */
static void
put_day(struct full *f, uint32_t day, uint32_t from, uint32_t to)
{
	pool_now(f->pool, (uint64_t)day * 86400 + NOON);
	insist(pool_begin(f->pool), "no batch");
	for (uint32_t i = from; i < to; i++)
		put_letter(f, &f->writers[i % f->writers_n], day);
	insist(pool_end(f->pool), "not kept");
	close_days(f);
}

static void
fill(struct full *f, const char *dir, uint32_t letters, uint32_t days)
{
	const struct pool_settings settings = {
		.capacity = UINT64_C(64) << 30,
		.fill_letters = 64,
		.fill_parts = 16,
		.check = envelope_check_header,
		.nobody = envelope_nobody,
	};
	const uint32_t first = clock_day() - days;
	const uint32_t each = letters / (days + 1);

	insist(pool_open(&f->pool, below(dir, "line/pool"), &settings,
		   (uint64_t)first * 86400 + NOON),
	    "no pool");
	for (uint32_t i = 0; i <= days; i++)
		put_day(f, first + i, i * each,
		    i == days ? letters : (i + 1) * each);
	pool_close(f->pool);
}

int
main(int argc, char **argv)
{
	struct full f = { .pool = NULL };
	struct certificate by;
	struct begin b;
	uint32_t days;

	if (argc != 5) {
		fprintf(stderr, "fill: see bench/fill.c\n");
		return 2;
	}
	clock_init();
	insist(crypt_init(), "no cryptography");
	json_init();
	days = (uint32_t)strtoul(argv[4], NULL, 10);
	begin_init(&b);
	insist(begin_make(&b, "Bench", WORDS, clock_day() - days), "no team");
	make_line(&b, argv[1]);
	insist(file_make_dir(below(argv[1], "desk")), "no folder");
	insist(begin_desk(&b, below(argv[1], "desk")), "no desk");
	f.begin = &b;
	team_print(f.print, b.about.team);
	insist(certificate_read(&by, b.certificate.at, b.certificate.len),
	    "no certificate");
	insist(key_note_read(&f.note, b.key_note.at, b.key_note.len, &by),
	    "no key note");
	f.writers_n = (uint32_t)strtoul(argv[3], NULL, 10);
	f.writers = calloc(f.writers_n, sizeof *f.writers);
	insist(f.writers == NULL ? ERR_NOMEM : ERR_OK, "no memory");
	for (uint32_t i = 0; i < f.writers_n; i++)
		writer_make(&f.writers[i], i);
	fill(&f, argv[1], (uint32_t)strtoul(argv[2], NULL, 10), days);
	wipe_free(f.writers, f.writers_n * sizeof *f.writers);
	key_note_drop(&f.note);
	begin_drop(&b);
	return 0;
}
