#include <string.h>

#include "alloc.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/join.h"
#include "team/paper.h"
#include "vectors.h"

static uint8_t seed[SIGN_SEED_BYTES], other[SIGN_SEED_BYTES];
static struct join mine;

static void
make(void)
{
	uint8_t id_seed[AGE_SEED_BYTES];
	struct age_identity *id = NULL;

	memset(seed, 5, sizeof seed);
	memset(other, 6, sizeof other);
	memset(id_seed, 7, sizeof id_seed);
	OK(age_identity_from_seed(&id, AGE_HYBRID, id_seed) == ERR_OK);
	age_identity_recipient(id, &mine.recipient);
	age_identity_close(id);
	memcpy(mine.name, "Noční směna", sizeof "Noční směna");
}

static void
a_join_note_comes_back_and_its_vector_is_what_is_written(void)
{
	struct join got;
	struct buf note, file;

	buf_init(&note, JOIN_MAX);
	buf_init(&file, JOIN_MAX);
	OK(join_write(&note, &mine, seed) == ERR_OK);
	OK(join_read(&got, note.at, note.len) == ERR_OK);
	OK(memcmp(got.key, mine.key, sizeof got.key) == 0);
	OK(strcmp(got.name, mine.name) == 0);
	OK(age_recipient_is_same(&got.recipient, &mine.recipient));
	OK(file_read(&file, "doc/vectors/join.note") == ERR_OK);
	OK(file.len == note.len && memcmp(file.at, note.at, note.len) == 0);
	buf_drop(&note);
	buf_drop(&file);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
an_altered_join_note_is_refused(void)
{
	struct join got = { .name = "as before" };
	struct buf note;

	buf_init(&note, JOIN_MAX);
	OK(join_write(&note, &mine, seed) == ERR_OK);
	for (size_t i = 0; i < note.len; i++) {
		note.at[i] ^= 1;
		OK(join_read(&got, note.at, note.len) != ERR_OK);
		note.at[i] ^= 1;
		OK(join_read(&got, note.at, i) != ERR_OK);
	}
	OK(note_add_signature(&note, "device", other) == ERR_OK);
	OK(join_read(&got, note.at, note.len) == ERR_FORMAT);
	OK(strcmp(got.name, "as before") == 0);
	buf_drop(&note);
}

static enum err
read_as(const char *rest, bool hybrid, const uint8_t *by)
{
	const struct paper_kind as = { "join", "device", JOIN_MAX };
	char key[65], to[AGE_RECIPIENT_TEXT + 1], text[JOIN_MAX];
	struct age_recipient old = { .kind = AGE_X25519, .key = { 9 } };
	struct buf json, note;
	struct join got;
	enum err e;

	enc_hex(key, mine.key, sizeof mine.key);
	age_recipient_write(hybrid ? &mine.recipient : &old, to);
	(void)snprintf(text, sizeof text,
	    "{\"key\":\"%s\",\"recipient\":\"%s\",%s}", key, to, rest);
	buf_init(&json, JOIN_MAX);
	buf_init(&note, JOIN_MAX);
	OK(buf_put_str(&json, text) == ERR_OK);
	OK(paper_sign(&note, &as, &json, by) == ERR_OK);
	e = join_read(&got, note.at, note.len);
	buf_drop(&json);
	buf_drop(&note);
	return e;
}

static void
a_join_note_has_one_spelling(void)
{
	static const struct {
		const char *rest;
		enum err e;
	} rows[] = {
		{ "\"name\":\"Night desk\"", ERR_OK },
		{ "\"name\":\"\"", ERR_FORMAT },
		{ "\"name\":\"a\\tb\"", ERR_FORMAT },
		{ "\"name\":\"a\\u0062\"", ERR_FORMAT },
		{ "\"name\":\"a\xe2\x80\xaez\"", ERR_FORMAT },
		{ "\"name\":7", ERR_FORMAT },
		{ "\"name\":\"Night desk\",\"more\":1", ERR_FORMAT },
		{ "\"nam\":\"Night desk\"", ERR_FORMAT },
		{ "\"name\": \"Night desk\"", ERR_FORMAT },
	};
	char text[200];

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(read_as(rows[i].rest, true, seed) == rows[i].e);
	OK(read_as(rows[0].rest, false, seed) == ERR_FORMAT);
	OK(read_as(rows[0].rest, true, other) == ERR_FORGED);
	(void)snprintf(text, sizeof text, "\"name\":\"%0100d\"", 1);
	OK(read_as(text, true, seed) == ERR_OK);
	(void)snprintf(text, sizeof text, "\"name\":\"%0101d\"", 1);
	OK(read_as(text, true, seed) == ERR_TOOBIG);
}

static void
a_name_that_nobody_may_have_is_not_written(void)
{
	struct join j = mine;
	struct buf note;

	buf_init(&note, JOIN_MAX);
	j.name[0] = '\0';
	OK(join_write(&note, &j, seed) == ERR_FORMAT);
	j = mine;
	j.recipient.kind = AGE_X25519;
	OK(join_write(&note, &j, seed) == ERR_FORMAT);
	j = mine; /* nothing can be sealed to it */
	memset(j.recipient.key, 0xff, 3);
	OK(join_write(&note, &j, seed) == ERR_FORMAT);
	OK(note.len == 0);
	buf_drop(&note);
}

static void
codes_are_what_the_vectors_say(void)
{
	uint8_t team[SIGN_PUBLIC_BYTES], hash[SHA256_BYTES];
	struct vectors v;
	struct join_code c;
	struct buf file;

	buf_init(&file, JOIN_MAX);
	OK(file_read(&file, "doc/vectors/join.note") == ERR_OK);
	vectors_open(&v, "doc/vectors/join.txt");
	OK(vectors_next(&v));
	OK(join_code(&c, file.at, file.len) == ERR_OK);
	OK(strcmp(c.words, vectors_str(&v, "code")) == 0);
	OK(vectors_next(&v));
	vectors_hex(&v, "team", team, sizeof team);
	vectors_hex(&v, "plaintext", hash, sizeof hash);
	OK(join_welcome_code(&c, team, hash) == ERR_OK);
	OK(strcmp(c.words, vectors_str(&v, "code")) == 0);
	OK(!vectors_next(&v));
	vectors_close(&v);
	buf_drop(&file);
}

static void
another_note_has_another_code(void)
{
	struct join_code a, b;
	struct join j = mine;
	struct buf note;

	buf_init(&note, JOIN_MAX);
	OK(join_write(&note, &mine, seed) == ERR_OK);
	OK(join_code(&a, note.at, note.len) == ERR_OK);
	buf_clear(&note);
	OK(join_write(&note, &j, other) == ERR_OK);
	OK(join_code(&b, note.at, note.len) == ERR_OK);
	OK(strcmp(a.words, b.words) != 0);
	buf_drop(&note);
}

static void
a_code_is_compared_as_people_type(void)
{
	const struct join_code c = { "abandon zoo wool add monkey" };
	static const struct {
		const char *typed;
		bool is;
	} rows[] = {
		{ "abandon zoo wool add monkey", true },
		{ "  Aban, ZOO. wool-ADD / monk\n", true },
		{ "1. abandon 2. zoo 3. wool 4. add 5. monkeys", false },
		{ "abandon zoo wool add", false },
		{ "abandon zoo wool add monkey monkey", false },
		{ "zoo abandon wool add monkey", false },
		{ "abandon zoo wool addict monkey", false },
		{ "abandon zoo wool \xff monkey", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(join_code_is(&c, rows[i].typed, strlen(rows[i].typed)) ==
		    rows[i].is);
	OK(!join_code_is(&c, rows[0].typed, JOIN_TYPED_MAX + 1));
}

static void
refused_memory_leaves_nothing(void)
{
	enum err e = ERR_NOMEM;
	struct join got = { .name = "as before" };
	struct buf note;
	unsigned n;

	buf_init(&note, JOIN_MAX);
	for (n = 1; e != ERR_OK; n++) {
		buf_drop(&note);
		alloc_refuse(n);
		e = join_write(&note, &mine, seed);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && note.len == 0));
	}
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		OK(strcmp(got.name, "as before") == 0);
		alloc_refuse(n);
		e = join_read(&got, note.at, note.len);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(n > 3);
	buf_drop(&note);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
make();
T(a_join_note_comes_back_and_its_vector_is_what_is_written)
T(an_altered_join_note_is_refused)
T(a_join_note_has_one_spelling)
T(a_name_that_nobody_may_have_is_not_written)
T(another_note_has_another_code)
T(a_code_is_compared_as_people_type)
T(refused_memory_leaves_nothing)
T(codes_are_what_the_vectors_say)
T_END
