#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/certificate.h"
#include "team/entry.h"
#include "team/paper.h"
#include "team/request.h"
#include "team/roster.h"

static uint8_t team_seed[32], access_seed[32], device_seed[32], other[32];
static uint8_t access_key[32], device_key[32], team_key[32];

static void
keys(void)
{
	memset(team_seed, 1, 32);
	memset(access_seed, 2, 32);
	memset(device_seed, 3, 32);
	memset(other, 4, 32);
	sign_public(team_key, team_seed);
	sign_public(access_key, access_seed);
	sign_public(device_key, device_seed);
}

static struct certificate
a_certificate(void)
{
	struct certificate c = { .serial = 1, .until = 20700 };

	memset(c.line, 0xab, sizeof c.line);
	memset(c.key, 0xcd, sizeof c.key);
	return c;
}

static void
a_certificate_comes_back_as_it_was_written(void)
{
	struct certificate c = a_certificate(), got;
	char f[TEAM_PRINT_BYTES];
	struct buf b;

	buf_init(&b, 4096);
	OK(certificate_write(&b, &c, team_seed) == ERR_OK);
	OK(certificate_read(&got, b.at, b.len) == ERR_OK);
	OK(memcmp(got.team, team_key, 32) == 0);
	OK(memcmp(got.line, c.line, 16) == 0 &&
	    memcmp(got.key, c.key, 32) == 0);
	OK(got.serial == 1 && got.until == 20700);
	team_print(f, got.team);
	OK(strlen(f) == 32 && team_print_is(f, 32, got.team));
	OK(!team_print_is(f, 31, got.team) && !team_print_is(f, 32, got.key));
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* Whatever single byte of a note is changed, it is refused. */
static void
a_certificate_with_one_changed_byte_is_refused(void)
{
	struct certificate c = a_certificate(), got;
	struct buf b;

	buf_init(&b, 4096);
	OK(certificate_write(&b, &c, team_seed) == ERR_OK);
	for (size_t i = 0; i < b.len; i++) {
		b.at[i] ^= 1;
		OK(certificate_read(&got, b.at, b.len) != ERR_OK);
		b.at[i] ^= 1;
		OK(certificate_read(&got, b.at, i) != ERR_OK);
	}
	OK(certificate_read(&got, b.at, b.len) == ERR_OK);
	buf_drop(&b);
}

static enum err
read_json_as_certificate(const char *text, const char *kind, const char *signer)
{
	const struct paper_kind as = { kind, signer, CERTIFICATE_MAX };
	struct certificate got;
	struct buf json, b;
	enum err e;

	buf_init(&json, 4096);
	buf_init(&b, 4096);
	OK(buf_put_str(&json, text) == ERR_OK);
	OK(paper_sign(&b, &as, &json, team_seed) == ERR_OK);
	e = certificate_read(&got, b.at, b.len);
	buf_drop(&json);
	buf_drop(&b);
	return e;
}

static void
a_certificate_says_what_its_table_says_and_no_more(void)
{
	static const char form[] = "{\"team\":\"%s\",\"line\":\"%s\",\"key\":"
				   "\"%s\",\"serial\":%s}";
	char team[65], line[33], key[65];
	char text[1024];
	static const struct {
		const char *tail;
		enum err e;
	} rows[] = {
		{ "1,\"until\":20700", ERR_OK },
		{ "1", ERR_FORMAT },
		{ "1,\"until\":20700,\"more\":1", ERR_FORMAT },
		{ "1,\"until\":20700,\"until\":20700", ERR_FORMAT },
		{ "-1,\"until\":20700", ERR_FORMAT },
		{ "4294967296,\"until\":20700", ERR_TOOBIG },
		{ "1.5,\"until\":20700", ERR_FORMAT },
		{ "\"1\",\"until\":20700", ERR_FORMAT },
	};

	enc_hex(team, team_key, 32);
	enc_hex(line, other, 16);
	enc_hex(key, other, 32);
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(
		    text, sizeof text, form, team, line, key, rows[i].tail);
		OK(read_json_as_certificate(text, "certificate", "team") ==
		    rows[i].e);
	}
	(void)snprintf(text, sizeof text, form, team, line, key, rows[0].tail);
	OK(read_json_as_certificate(text, "key-note", "team") == ERR_VERSION);
	OK(read_json_as_certificate(text, "certificate", "line") == ERR_FORGED);
	team[0] = team[0] == 'a' ? 'b' : 'a';
	(void)snprintf(text, sizeof text, form, team, line, key, rows[0].tail);
	OK(read_json_as_certificate(text, "certificate", "team") == ERR_FORGED);
}

static struct request
a_request(void)
{
	struct request r = {
		.method = "POST", .path = "/v1/day", .hour = 480000
	};

	memset(r.body, 0x11, sizeof r.body);
	memset(r.line, 0xab, sizeof r.line);
	return r;
}

static void
a_request_binds_method_path_line_and_hour(void)
{
	const struct request r = a_request();
	struct request got;
	const char *value;
	struct buf b;

	buf_init(&b, 4096);
	OK(request_write(&b, &r, access_seed) == ERR_OK);
	OK(b.len <= REQUEST_MAX && memchr(b.at, '\n', b.len) == NULL);
	value = (const char *)b.at;
	OK(request_read(&got, value, b.len, access_key) == ERR_OK);
	OK(memcmp(got.body, r.body, 32) == 0);
	OK(request_fits(&got, "POST", "/v1/day", r.line, 480000) == ERR_OK);
	OK(request_fits(&got, "POST", "/v1/day", r.line, 480001) == ERR_OK);
	OK(request_fits(&got, "POST", "/v1/day", r.line, 479999) == ERR_OK);
	OK(request_fits(&got, "POST", "/v1/day", r.line, 480002) ==
	    ERR_EXPIRED);
	OK(request_fits(&got, "POST", "/v1/day", r.line, 479998) ==
	    ERR_EXPIRED);
	OK(request_fits(&got, "GET", "/v1/day", r.line, 480000) == ERR_DENIED);
	OK(request_fits(&got, "POST", "/v1/days", r.line, 480000) ==
	    ERR_DENIED);
	OK(request_fits(&got, "POST", "/v1/day", other, 480000) == ERR_DENIED);
	OK(request_read(&got, value, b.len, device_key) == ERR_FORGED);
	for (size_t i = 0; i < b.len; i++) {
		b.at[i] ^= 1;
		OK(request_read(&got, value, b.len, access_key) != ERR_OK);
		b.at[i] ^= 1;
	}
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
an_entry(struct entry *e)
{
	static const char body[] = "{\"conversation\":\"00\",\"n\":2}";

	entry_init(e);
	device_id(e->device, device_key);
	e->number = 1;
	memset(e->previous, 7, sizeof e->previous);
	e->heads_n = 2;
	memset(e->heads, 9, sizeof e->heads);
	e->lamport = 5;
	memcpy(e->type, "reply", 6);
	OK(buf_put_str(&e->body, body) == ERR_OK);
}

static void
an_entry_comes_back_with_its_body_byte_for_byte(void)
{
	struct entry e, got;
	struct buf b, again;

	buf_init(&b, ENTRY_MAX);
	buf_init(&again, ENTRY_MAX);
	an_entry(&e);
	OK(entry_write(&b, &e, device_seed) == ERR_OK);
	OK(entry_read(&got, b.at, b.len, device_key) == ERR_OK);
	OK(got.number == 1 && got.lamport == 5 && got.heads_n == 2);
	OK(strcmp(got.type, "reply") == 0);
	OK(got.body.len == e.body.len &&
	    memcmp(got.body.at, e.body.at, e.body.len) == 0);
	OK(entry_write(&again, &got, device_seed) == ERR_OK);
	OK(again.len == b.len && memcmp(again.at, b.at, b.len) == 0);
	OK(entry_read(&e, b.at, b.len, access_key) == ERR_FORGED);
	entry_drop(&got);
	entry_drop(&e);
	buf_drop(&again);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
an_entry_that_nobody_may_make_is_not_written(void)
{
	struct entry e;
	struct buf b;

	buf_init(&b, ENTRY_MAX);
	an_entry(&e);
	e.number = 0; /* but names one before it */
	OK(entry_write(&b, &e, device_seed) == ERR_FORMAT);
	e.number = 1;
	memcpy(e.type, "Reply", 6);
	OK(entry_write(&b, &e, device_seed) == ERR_FORMAT);
	memcpy(e.type, "reply", 6);
	buf_clear(&e.body);
	OK(buf_put_str(&e.body, "[1]") == ERR_OK);
	OK(entry_write(&b, &e, device_seed) == ERR_FORMAT);
	buf_clear(&e.body);
	OK(buf_put_str(&e.body, "{\"a\":1},\"b\":{}") == ERR_OK);
	OK(entry_write(&b, &e, device_seed) == ERR_FORMAT);
	OK(b.len == 0);
	entry_drop(&e);
	buf_drop(&b);
}

/* An entry whose JSON ends with `tail` in place of the body's last brace and
 * its own. */
static enum err
read_ending(const char *tail)
{
	static const struct paper_kind kind = { "entry", "device", ENTRY_MAX };
	struct buf note, json;
	struct entry e, got;
	struct paper paper;
	enum err said;

	buf_init(&note, ENTRY_MAX);
	buf_init(&json, ENTRY_MAX);
	an_entry(&e);
	OK(entry_write(&note, &e, device_seed) == ERR_OK);
	OK(paper_read(&paper, &kind, note.at, note.len) == ERR_OK);
	OK(buf_put(&json, paper.text, paper.text_len - 2) == ERR_OK);
	OK(buf_put_str(&json, tail) == ERR_OK);
	paper_drop(&paper);
	buf_clear(&note);
	OK(paper_sign(&note, &kind, &json, device_seed) == ERR_OK);
	said = entry_read(&got, note.at, note.len, device_key);
	if (said == ERR_OK)
		entry_drop(&got);
	entry_drop(&e);
	buf_drop(&json);
	buf_drop(&note);
	return said;
}

static void
nothing_stands_before_or_behind_the_body_of_an_entry(void)
{
	static const struct {
		const char *tail;
		enum err e;
	} rows[] = {
		{ "}}", ERR_OK },
		{ ",\"b\":{}}}", ERR_OK }, /* one more in the body */
		{ "},\"b\":{}}", ERR_FORMAT },
		{ "},\"b\":1}", ERR_FORMAT },
		{ "},\"body\":{}}", ERR_FORMAT },
		{ "} }", ERR_FORMAT },
		{ "}} ", ERR_FORMAT },
		{ "}", ERR_FORMAT },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(read_ending(rows[i].tail) == rows[i].e);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static struct roster *
a_roster(void)
{
	struct roster *r = calloc(1, sizeof *r);

	OK(r != NULL);
	r->serial = 1;
	r->until = 21000;
	r->members_n = 1;
	memcpy(r->members[0].name, "Ada", 4);
	r->members[0].role = MEMBER_ADMIN;
	r->devices_n = 1;
	memcpy(r->devices[0].key, device_key, 32);
	r->doors_n = 1;
	memcpy(r->doors[0].name, "all", 4);
	r->doors[0].readers_n = 1;
	device_id(r->hands_out, device_key);
	device_id(r->then, device_key);
	return r;
}

static void
roster_free(struct roster *r)
{
	wipe_free(r, sizeof *r);
}

static void
a_roster_chains_and_names_only_who_is_there(void)
{
	struct roster *r = a_roster(), *got = a_roster();
	uint8_t hash[32];
	struct buf b;

	buf_init(&b, ROSTER_MAX);
	OK(roster_write(&b, r, team_seed) == ERR_OK);
	OK(roster_read(got, b.at, b.len, team_key) == ERR_OK);
	OK(memcmp(got, r, sizeof *r) == 0);
	OK(roster_read(got, b.at, b.len, device_key) == ERR_FORGED);
	sha256(hash, b.at, b.len);
	OK(roster_follows(got, r, hash) == ERR_DENIED);
	got->serial = 2;
	OK(roster_follows(got, r, hash) == ERR_DENIED);
	memcpy(got->previous, hash, 32);
	OK(roster_follows(got, r, hash) == ERR_OK);
	r->doors[0].readers[0][0] = 1; /* who is that? */
	OK(roster_write(&b, r, team_seed) == ERR_FORMAT);
	r->doors[0].readers[0][0] = 0;
	r->then[0] ^= 1;
	OK(roster_write(&b, r, team_seed) == ERR_FORMAT);
	roster_free(r);
	roster_free(got);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* One writing and reading of each; ERR_NOMEM is the only way to fail. */
static enum err
all_once(void)
{
	struct certificate c = a_certificate();
	struct request q = a_request();
	struct entry en, got;
	struct buf b[3];
	enum err e;

	for (size_t i = 0; i < COUNT(b); i++)
		buf_init(&b[i], ENTRY_MAX);
	entry_init(&en);
	entry_init(&got);
	device_id(en.device, device_key);
	en.lamport = 1;
	memcpy(en.type, "junk", 5);
	if ((e = buf_put_str(&en.body, "{}")) == ERR_OK &&
	    (e = certificate_write(&b[0], &c, team_seed)) == ERR_OK &&
	    (e = certificate_read(&c, b[0].at, b[0].len)) == ERR_OK &&
	    (e = request_write(&b[1], &q, access_seed)) == ERR_OK &&
	    (e = request_read(
		 &q, (const char *)b[1].at, b[1].len, access_key)) == ERR_OK &&
	    (e = entry_write(&b[2], &en, device_seed)) == ERR_OK)
		e = entry_read(&got, b[2].at, b[2].len, device_key);
	entry_drop(&en);
	entry_drop(&got);
	for (size_t i = 0; i < COUNT(b); i++)
		buf_drop(&b[i]);
	return e;
}

static void
refused_memory_leaves_nothing_behind(void)
{
	enum err e = ERR_NOMEM;
	unsigned n;

	for (n = 1; e != ERR_OK && n < 2000; n++) {
		alloc_refuse(n);
		e = all_once();
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == 0 && alloc_dirty() == 0);
	}
	OK(e == ERR_OK && n > 10);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
keys();
T(a_certificate_comes_back_as_it_was_written)
T(a_certificate_with_one_changed_byte_is_refused)
T(a_certificate_says_what_its_table_says_and_no_more)
T(a_request_binds_method_path_line_and_hour)
T(an_entry_comes_back_with_its_body_byte_for_byte)
T(an_entry_that_nobody_may_make_is_not_written)
T(nothing_stands_before_or_behind_the_body_of_an_entry)
T(a_roster_chains_and_names_only_who_is_there)
T(refused_memory_leaves_nothing_behind)
T_END
