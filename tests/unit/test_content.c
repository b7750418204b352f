#include <string.h>

#include "alloc.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/content.h"
#include "team/paper.h"

#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

static uint8_t seed[SIGN_SEED_BYTES], key[SIGN_PUBLIC_BYTES];
static char big[CONTENT_TEXT_MAX + 2];

/* The one of the vector. */
static void
a_content(struct content *c)
{
	static const char text[] = "Ask for the \"second\" log.\nНасос.";

	content_init(c);
	memcpy(c->team, TEAM, sizeof TEAM);
	memset(c->line, 0x11, sizeof c->line);
	memset(c->id, 0x1d, sizeof c->id);
	memset(c->conversation, 0xc0, sizeof c->conversation);
	c->what = CONTENT_NOTE;
	c->has_to = true;
	memset(c->to, 0x70, sizeof c->to);
	c->text = text;
	c->text_len = sizeof text - 1;
	c->file_count = 2;
	memset(c->parts, 0x77, sizeof c->parts);
	c->files[0] =
	    (struct letter_file){ "pump.jpg", "image/jpeg", 3000000, { 1 } };
	c->files[1] =
	    (struct letter_file){ "log \"2\".txt", "text/plain", 0, { 2 } };
}

static void
content_comes_back_and_its_vector_is_what_is_written(void)
{
	uint8_t by[DEVICE_ID_BYTES], id[DEVICE_ID_BYTES];
	struct content c, got;
	struct buf note, file;

	buf_init(&note, CONTENT_MAX);
	buf_init(&file, CONTENT_MAX);
	a_content(&c);
	device_id(id, key);
	OK(content_write(&note, &c, seed) == ERR_OK);
	OK(content_by(by, note.at, note.len) == ERR_OK);
	OK(memcmp(by, id, sizeof id) == 0);
	OK(content_read(&got, note.at, note.len, key) == ERR_OK);
	OK(memcmp(got.device, id, sizeof id) == 0);
	OK(got.what == CONTENT_NOTE && got.has_to && got.to[15] == 0x70);
	OK(got.text_len == c.text_len && strcmp(got.text, c.text) == 0);
	OK(got.file_count == 2 && got.files[0].size == 3000000);
	OK(strcmp(got.files[1].name, "log \"2\".txt") == 0);
	content_drop(&got);
	OK(got.text_len == 0 && got.conversation[0] == 0);
	OK(file_read(&file, "doc/vectors/content.note") == ERR_OK);
	OK(file.len == note.len && memcmp(file.at, note.at, note.len) == 0);
	content_drop(&c);
	buf_drop(&note);
	buf_drop(&file);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
the_least_content_has_neither_letter_nor_files(void)
{
	struct content c, got;
	struct buf note;

	buf_init(&note, CONTENT_MAX);
	a_content(&c);
	for (unsigned what = 0; what < CONTENT_WHATS; what++) {
		c.what = (enum content_what)what;
		c.has_to = false;
		c.file_count = 0;
		c.text_len = 0;
		buf_clear(&note);
		OK(content_write(&note, &c, seed) == ERR_OK);
		OK(content_fits(note.len));
		OK(content_read(&got, note.at, note.len, key) == ERR_OK);
		OK(got.what == c.what && !got.has_to && got.file_count == 0);
		content_drop(&got);
	}
	content_drop(&c);
	buf_drop(&note);
}

static void
the_longest_text_goes_in_pieces(void)
{
	struct content c, got;
	struct buf note;

	buf_init(&note, CONTENT_MAX);
	a_content(&c);
	memset(big, 'x', sizeof big - 1);
	c.text = big;
	c.text_len = CONTENT_TEXT_MAX;
	OK(content_write(&note, &c, seed) == ERR_OK);
	OK(!content_fits(note.len) && piece_count(note.len) > 1);
	OK(content_read(&got, note.at, note.len, key) == ERR_OK);
	OK(got.text_len == CONTENT_TEXT_MAX);
	OK(memcmp(got.text, big, CONTENT_TEXT_MAX) == 0);
	content_drop(&got);
	buf_clear(&note);
	c.text_len++;
	OK(content_write(&note, &c, seed) == ERR_FORMAT && note.len == 0);
	/* Every byte escaped is more than any note may have. */
	memset(big, '"', sizeof big - 1);
	c.text_len = CONTENT_TEXT_MAX;
	OK(content_write(&note, &c, seed) == ERR_TOOBIG && note.len == 0);
	content_drop(&c);
	buf_drop(&note);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
what_no_reader_takes_is_not_written(void)
{
	struct content c;
	struct buf note;

	buf_init(&note, CONTENT_MAX);
	a_content(&c);
	c.team[3] = 'A';
	OK(content_write(&note, &c, seed) == ERR_FORMAT);
	a_content(&c);
	c.files[1].type = "Text/Plain";
	OK(content_write(&note, &c, seed) == ERR_FORMAT);
	a_content(&c);
	c.files[0].name = "";
	OK(content_write(&note, &c, seed) == ERR_FORMAT);
	a_content(&c);
	c.text = "\xff";
	c.text_len = 1;
	OK(content_write(&note, &c, seed) == ERR_FORMAT);
	a_content(&c);
	c.file_count = LETTER_FILES_MAX + 1;
	OK(content_write(&note, &c, seed) == ERR_FORMAT);
	a_content(&c);
	c.what = CONTENT_WHATS;
	OK(content_write(&note, &c, seed) == ERR_FORMAT);
	OK(note.len == 0);
	buf_drop(&note);
}

static void
altered_content_is_refused(void)
{
	uint8_t other[SIGN_SEED_BYTES] = { 9 }, other_key[SIGN_PUBLIC_BYTES];
	struct content c, got;
	struct buf note;

	buf_init(&note, CONTENT_MAX);
	a_content(&c);
	content_init(&got);
	OK(content_write(&note, &c, seed) == ERR_OK);
	sign_public(other_key, other);
	OK(content_read(&got, note.at, note.len, other_key) == ERR_FORGED);
	for (size_t i = 0; i < note.len; i++) {
		note.at[i] ^= 1;
		OK(content_read(&got, note.at, note.len, key) != ERR_OK);
		note.at[i] ^= 1;
		OK(content_read(&got, note.at, i, key) != ERR_OK);
	}
	OK(note_add_signature(&note, "device", other) == ERR_OK);
	OK(content_read(&got, note.at, note.len, key) == ERR_FORMAT);
	OK(got.text_len == 0);
	buf_drop(&note);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

#define ID "1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d"
#define C ID ID
#define FILE1 \
	"{\"name\":\"a\",\"type\":\"text/plain\",\"size\":1,\"sha256\":\"" C \
	"\"}"

static enum err
read_rest(const char *rest)
{
	const struct paper_kind as = { "content", "device", CONTENT_MAX };
	uint8_t id[DEVICE_ID_BYTES];
	char hex[33], text[2048];
	struct buf json, note;
	struct content got;
	enum err e;

	device_id(id, key);
	enc_hex(hex, id, sizeof id);
	(void)snprintf(text, sizeof text,
	    "{\"device\":\"%s\",\"team\":\"" TEAM "\",\"line\":\"" ID
	    "\",\"id\":\"" ID "\",\"conversation\":\"" C "\",%s}",
	    hex, rest);
	buf_init(&json, CONTENT_MAX);
	buf_init(&note, CONTENT_MAX);
	OK(buf_put_str(&json, text) == ERR_OK);
	OK(paper_sign(&note, &as, &json, seed) == ERR_OK);
	if ((e = content_read(&got, note.at, note.len, key)) == ERR_OK)
		content_drop(&got);
	buf_drop(&json);
	buf_drop(&note);
	return e;
}

static void
content_has_one_spelling(void)
{
	static const struct {
		const char *rest;
		enum err e;
	} rows[] = {
		{ "\"what\":\"reply\",\"text\":\"a\"", ERR_OK },
		{ "\"what\":\"reply\",\"to\":\"" ID "\",\"text\":\"a\"",
		    ERR_OK },
		{ "\"what\":\"letter\",\"text\":\"a\"", ERR_VERSION },
		{ "\"what\":\"reply\",\"text\":\"\\u0061\"", ERR_FORMAT },
		{ "\"what\":\"reply\",\"text\":\"a\",\"to\":\"" ID "\"",
		    ERR_FORMAT },
		{ "\"what\":\"reply\",\"text\":\"a\",\"more\":false",
		    ERR_FORMAT },
		{ "\"what\":\"reply\",\"to\":\"1d\",\"text\":\"a\"",
		    ERR_FORMAT },
		{ "\"what\":\"reply\"", ERR_FORMAT },
		{ "\"what\":\"reply\",\"text\":\"a\",\"parts\":\"" C
		  "\",\"files\":[" FILE1 "]",
		    ERR_OK },
		{ "\"what\":\"reply\",\"text\":\"a\",\"parts\":\"" C
		  "\",\"files\":[]",
		    ERR_FORMAT },
		{ "\"what\":\"reply\",\"text\":\"a\",\"parts\":\"" C "\"",
		    ERR_FORMAT },
		{ "\"what\":\"reply\",\"text\":\"a\",\"files\":[" FILE1 "]",
		    ERR_FORMAT },
		{ "\"what\":\"reply\",\"text\":\"a\",\"parts\":\"" C
		  "\",\"files\":[1]",
		    ERR_FORMAT },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(read_rest(rows[i].rest) == rows[i].e);
}

static void
a_hash_names_its_text_and_only_under_its_salt(void)
{
	uint8_t salt[CONTENT_SALT_BYTES] = { 1 }, a[32], b[32];

	content_hash(a, salt, "text", 4);
	content_hash(b, salt, "text", 4);
	OK(memcmp(a, b, sizeof a) == 0);
	content_hash(b, salt, "texts", 5);
	OK(memcmp(a, b, sizeof a) != 0);
	salt[0] = 2;
	content_hash(b, salt, "text", 4);
	OK(memcmp(a, b, sizeof a) != 0);
}

static void
refused_memory_leaves_nothing(void)
{
	enum err e = ERR_NOMEM;
	struct content c, got;
	struct buf note;
	unsigned n;

	buf_init(&note, CONTENT_MAX);
	a_content(&c);
	content_init(&got);
	for (n = 1; e != ERR_OK; n++) {
		buf_drop(&note);
		alloc_refuse(n);
		e = content_write(&note, &c, seed);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && note.len == 0));
	}
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		OK(got.text_len == 0);
		alloc_refuse(n);
		e = content_read(&got, note.at, note.len, key);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(n > 5);
	content_drop(&got);
	buf_drop(&note);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
memset(seed, 8, sizeof seed);
sign_public(key, seed);
T(content_comes_back_and_its_vector_is_what_is_written)
T(the_least_content_has_neither_letter_nor_files)
T(the_longest_text_goes_in_pieces)
T(what_no_reader_takes_is_not_written)
T(altered_content_is_refused)
T(content_has_one_spelling)
T(a_hash_names_its_text_and_only_under_its_salt)
T(refused_memory_leaves_nothing)
T_END
