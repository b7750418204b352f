/* The exported chain of custody: what is right, and what is wrong where. */
#include "alloc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "custody_kit.h"
#include "evidence/custody_part.h"
#include "note/json.h"
#include "note/note.h"
#include "t.h"

static struct custody chain;
static struct custody_row rows[KIT_ROWS];
static struct buf text;

static void
begin(bool entries)
{
	kit_begin();
	kit_chain(&chain, rows, entries);
	buf_init(&text, CUSTODY_MAX);
	OK(custody_write(&text, &chain, kit_device) == ERR_OK);
}

static void
end(void)
{
	buf_drop(&text);
	kit_end();
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* What reading says is wrong. */
static struct custody_fault
fault_of(const struct buf *b)
{
	struct custody_fault fault;
	struct custody got;
	enum err e = custody_read(&got, &fault, b->at, b->len);

	OK((e == ERR_OK) == (fault.wrong == CUSTODY_RIGHT));
	OK(e == ERR_OK || e == ERR_FORMAT);
	if (e == ERR_OK)
		custody_drop(&got);
	return fault;
}

static void
a_chain_comes_back_and_its_vectors_are_what_is_written(void)
{
	static const char *const files[] = { "doc/vectors/custody.txt",
		"doc/vectors/custody-entries.txt" };
	struct custody_fault fault;
	struct custody got;
	struct buf file;

	for (unsigned entries = 0; entries < 2; entries++) {
		begin(entries);
		OK(custody_countersign(&text, kit_team) == ERR_OK);
		buf_init(&file, CUSTODY_MAX);
		OK(file_read(&file, files[entries]) == ERR_OK);
		OK(file.len == text.len &&
		    memcmp(file.at, text.at, file.len) == 0);
		OK(custody_read(&got, &fault, text.at, text.len) == ERR_OK);
		OK(got.rows_n == KIT_ROWS && got.by_team);
		OK(memcmp(got.item, chain.item, sizeof got.item) == 0);
		OK(got.has_file && got.size == 8 && got.day == KIT_DAY);
		OK(got.rows[2].did == CUSTODY_DERIVED);
		OK(got.rows[2].item[0] == 0xe2);
		OK(strcmp(got.rows[3].words, rows[3].words) == 0);
		OK(got.rows[3].second == 45297 && got.rows[4].second == 0);
		OK(strcmp(got.rows[1].who, "Noční směna") == 0);
		OK(got.rows[1].note_len == (entries ? rows[1].note_len : 0));
		custody_drop(&got);
		buf_drop(&file);
		end();
	}
}

static void
what_a_chain_may_leave_unsaid_is_left_out(void)
{
	struct custody_fault fault;
	struct custody got;

	begin(false);
	buf_clear(&text);
	chain.has_file = false;
	OK(custody_write(&text, &chain, kit_device) == ERR_OK);
	OK(strstr(buf_str(&text), "sha256") == NULL);
	OK(strstr(buf_str(&text), "salt") == NULL);
	OK(custody_read(&got, &fault, text.at, text.len) == ERR_OK);
	OK(!got.has_file && got.has_commitment && !got.by_team);
	custody_drop(&got);
	buf_clear(&text);
	chain.has_commitment = false;
	chain.kind = VARIANT_SAFE;
	rows[0].did = CUSTODY_MADE;
	OK(custody_write(&text, &chain, kit_device) == ERR_OK);
	OK(custody_read(&got, &fault, text.at, text.len) == ERR_OK);
	OK(!got.has_commitment && got.kind == VARIANT_SAFE);
	custody_drop(&got);
	end();
}

/* All eight bits of each byte would take long: it is one of each. */
static void
any_byte_that_is_altered_is_named_with_its_line(void)
{
	for (unsigned entries = 0; entries < 2; entries++) {
		size_t line = 1, entry = 0;

		begin(entries);
		OK(custody_countersign(&text, kit_team) == ERR_OK);
		for (size_t i = 0; i < text.len; i++) {
			const uint8_t was = text.at[i];
			struct custody_fault f;

			/* An entry is named by where it begins. */
			if (line > KIT_ROWS + 5)
				entry = (line - KIT_ROWS - 6) % 5;
			if (t_slow() && i % 7 != 0 && was != '\n')
				continue;
			text.at[i] ^= (uint8_t)(1U << (i % 7));
			f = fault_of(&text);
			OK(f.wrong != CUSTODY_RIGHT);
			OK(f.line == line ||
			    (entry > 1 && f.line == line - entry + 1) ||
			    /* its newline was: the next is none */
			    (was == '\n' && f.line == line + 1));
			text.at[i] = was;
			line += was == '\n';
		}
		end();
	}
}

static void
a_chain_cut_anywhere_is_none(void)
{
	begin(true);
	for (size_t n = 0; n < text.len; n += t_slow() ? 7 : 1) {
		const struct buf cut = { .at = text.at, .len = n };

		OK(fault_of(&cut).wrong != CUSTODY_RIGHT);
	}
	end();
}

/* Put the lines of `text` into `out` in the order of `order` (up to a zero). */
static void
arrange(struct buf *out, const size_t *order)
{
	size_t n;

	buf_clear(out);
	for (; *order != 0; order++) {
		const uint8_t *p = kit_line(&text, *order, &n);

		OK(buf_put(out, p, n) == ERR_OK);
	}
}

static void
rows_exchanged_or_left_out_or_doubled_are_named(void)
{
	static const struct {
		size_t order[12];
		struct custody_fault fault;
	} cases[] = {
		{ { 1, 2, 3, 5, 4, 6, 7, 8, 9 },
		    { CUSTODY_EXCHANGED, 4, 3, 2 } },
		{ { 1, 2, 7, 4, 5, 6, 3, 8, 9 },
		    { CUSTODY_EXCHANGED, 3, 5, 1 } },
		{ { 1, 2, 3, 5, 6, 7, 8, 9 }, { CUSTODY_LEFT_OUT, 4, 2, 3 } },
		{ { 1, 2, 4, 5, 6, 7, 8, 9 }, { CUSTODY_LEFT_OUT, 3, 1, 2 } },
		{ { 1, 2, 3, 4, 5, 6, 8, 9 }, { CUSTODY_LEFT_OUT, 7, 5, 0 } },
		{ { 1, 2, 3, 3, 4, 5, 6, 7, 8, 9 },
		    { CUSTODY_TWICE, 4, 1, 2 } },
		{ { 1, 2, 3, 4, 5, 6, 7, 7, 8, 9 },
		    { CUSTODY_TOO_MANY, 8, 5, 0 } },
		{ { 2, 3, 4, 5, 6, 7, 8, 9 }, { CUSTODY_NO_CHAIN, 1, 0, 0 } },
		{ { 1, 3, 4, 5, 6, 7, 8, 9 }, { CUSTODY_FORM, 2, 0, 0 } },
		{ { 1, 2, 3, 4, 5, 6, 7, 9 }, { CUSTODY_FORM, 8, 0, 0 } },
		{ { 1, 2, 3, 4, 5, 6, 7, 8 }, { CUSTODY_UNSIGNED, 9, 0, 0 } },
		{ { 1, 2, 3, 4, 5, 6, 7, 8, 9, 9 },
		    { CUSTODY_UNSIGNED, 10, 0, 0 } },
		{ { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { CUSTODY_RIGHT, 0, 0, 0 } },
	};
	struct buf out;

	begin(false);
	buf_init(&out, CUSTODY_MAX);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct custody_fault f, want = cases[i].fault;

		arrange(&out, cases[i].order);
		f = fault_of(&out);
		OK(f.wrong == want.wrong && f.line == want.line);
		OK(f.row == want.row && f.other == want.other);
	}
	buf_drop(&out);
	end();
}

/* Give a line the hash that it then has. */
static void
hash_again(struct buf *b, size_t number)
{
	uint8_t hash[SHA256_BYTES];
	char hex[SHA256_BYTES * 2 + 1];
	size_t n;
	uint8_t *p = kit_line(b, number, &n);

	sha256(hash, p, n - CUSTODY_HASH_TAIL);
	enc_hex(hex, hash, sizeof hash);
	memcpy(p + n - 3 - sizeof hex + 1, hex, sizeof hex - 1);
}

static void
a_row_that_was_written_anew_breaks_the_one_behind_it(void)
{
	struct custody_fault f;
	uint8_t *at;
	size_t n;

	begin(false);
	at = kit_line(&text, 4, &n);
	at = memmem(at, n, "smě", strlen("smě"));
	OK(at != NULL);
	memcpy(at, "xmě", strlen("xmě"));
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_ALTERED && f.line == 4);
	hash_again(&text, 4);
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_BROKEN && f.line == 5 && f.row == 3);
	end();
	/* The last row has the signature behind it. */
	begin(false);
	at = kit_line(&text, 7, &n);
	at = memmem(at, n, "Front", 5);
	OK(at != NULL);
	at[0] = 'f';
	hash_again(&text, 7);
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_FORGED && f.line == 9);
	end();
}

static void
another_key_is_another_signature(void)
{
	struct custody_fault f;
	struct custody got;
	struct buf other;
	uint8_t *mine, *theirs;
	size_t n, m;

	begin(false);
	buf_init(&other, CUSTODY_MAX);
	OK(custody_write(&other, &chain, kit_other) == ERR_OK);
	OK(custody_read(&got, &f, other.at, other.len) == ERR_OK);
	OK(memcmp(got.device, rows[1].key, sizeof got.device) == 0);
	custody_drop(&got);
	mine = kit_line(&text, 9, &n);
	theirs = kit_line(&other, 9, &m);
	OK(n == m);
	memcpy(mine, theirs, n);
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_FORGED && f.line == 9);
	buf_clear(&other);
	OK(custody_write(&other, &chain, kit_device) == ERR_OK);
	OK(custody_countersign(&other, kit_other) == ERR_FORMAT);
	OK(note_add_signature(&other, "team", kit_other) == ERR_OK);
	f = fault_of(&other);
	OK(f.wrong == CUSTODY_FORGED_TEAM && f.line == 10);
	buf_clear(&other);
	OK(custody_write(&other, &chain, kit_device) == ERR_OK);
	OK(note_add_signature(&other, "someone", kit_team) == ERR_OK);
	f = fault_of(&other);
	OK(f.wrong == CUSTODY_UNSIGNED && f.line == 10);
	buf_drop(&other);
	end();
}

static void
the_team_key_signs_once(void)
{
	size_t n;

	begin(true);
	n = text.len;
	OK(custody_countersign(&text, kit_team) == ERR_OK);
	OK(text.len > n && fault_of(&text).wrong == CUSTODY_RIGHT);
	n = text.len;
	OK(custody_countersign(&text, kit_team) == ERR_FORMAT);
	OK(text.len == n);
	end();
}

/* What the writer takes is what an honest desk has; a hostile one writes lines
 * of its own and signs them. */
static void
sign_anew(void)
{
	const uint8_t *stop = memmem(text.at, text.len, "\n\n", 2);
	struct buf note;

	OK(stop != NULL);
	buf_init(&note, CUSTODY_MAX);
	OK(note_sign(&note, (const char *)text.at, (size_t)(stop - text.at) + 1,
	       "device", kit_device) == ERR_OK);
	buf_drop(&text);
	text = note;
}

static void
a_head_whose_commitment_is_of_another_file_is_named(void)
{
	struct custody_fault f;
	uint8_t *at;
	size_t n;

	begin(false);
	at = kit_line(&text, 2, &n);
	at = memmem(at, n, "\"salt\":\"5a", 10);
	OK(at != NULL);
	at[8] = '6';
	hash_again(&text, 2);
	sign_anew();
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_COMMITMENT && f.line == 2);
	end();
}

static void
entries_are_those_of_their_rows(void)
{
	struct custody_row row;
	struct buf out;

	begin(true);
	buf_init(&out, CUSTODY_MAX);
	for (unsigned how = 0; how < 6; how++) {
		enum custody_wrong wrong = CUSTODY_RIGHT, want;

		row = rows[3];
		want = CUSTODY_ENTRY_SAYS;
		if (how == 0) /* another row's */
			row.note = rows[1].note, want = CUSTODY_OTHER_ENTRY;
		if (how == 1) /* another device's */
			memcpy(row.key, rows[0].key, sizeof row.key),
			    want = CUSTODY_FORGED_ENTRY;
		if (how == 2)
			row.did = CUSTODY_ACTS + ACT_EXPORTED;
		if (how == 3)
			row.day++;
		if (how == 4)
			row.second = 0;
		if (how == 5) {
			chain.item[0] ^= 1;
			row.did = CUSTODY_VIEWED;
		}
		OK(custody_check_entry(&wrong, &chain, &row) == ERR_OK);
		OK(wrong == want);
	}
	OK(custody_write(&out, &chain, kit_device) == ERR_FORMAT);
	OK(out.len == 0);
	buf_drop(&out);
	end();
}

static void
entries_that_are_not_there_or_too_many_are_named(void)
{
	struct custody_fault f;
	size_t n, whole;

	begin(true);
	whole = text.len;
	n = (size_t)(kit_line(&text, 20, &(size_t){ 0 }) - text.at);
	text.len = n;
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_NO_ENTRY && f.line == 20 && f.row == 3);
	text.len = whole;
	OK(buf_put_str(&text, "--\n") == ERR_OK);
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_OVER && f.line == 35);
	end();
	begin(false);
	OK(buf_put_str(&text, "--\n") == ERR_OK);
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_OVER && f.line == 10);
	end();
}

static void
bend(unsigned how)
{
	static char big[CUSTODY_WORDS_MAX + 2];

	memset(big, 'x', sizeof big - 1);
	if (how == 0)
		chain.rows_n = 0;
	else if (how == 1)
		rows[0].who = "";
	else if (how == 2)
		rows[0].who = "Night\ndesk";
	else if (how == 3)
		rows[0].words = "of what came nobody has words";
	else if (how == 4)
		rows[0].second = 1;
	else if (how == 5)
		rows[3].words = big;
	else if (how == 6)
		rows[3].words = "\xe2\x80\xae";
	else if (how == 7)
		rows[3].second = EFFECT_SECONDS + 1;
	else if (how == 8)
		rows[0].did = CUSTODY_MADE; /* an original is not */
	else if (how == 9)
		rows[2].did = CUSTODY_DIDS;
	else if (how == 10)
		chain.commitment[0] ^= 1;
	else if (how == 11)
		chain.has_commitment = false;
	else
		chain.type = "PDF";
}

static void
what_no_reader_takes_is_not_written(void)
{
	struct buf out;

	buf_init(&out, CUSTODY_MAX);
	for (unsigned how = 0; how <= 12; how++) {
		begin(false);
		bend(how);
		OK(custody_write(&out, &chain, kit_device) == ERR_FORMAT);
		OK(out.len == 0);
		end();
	}
	buf_drop(&out);
}

static void
another_version_is_said_as_that(void)
{
	struct custody_fault f;

	begin(false);
	text.at[6] = '2';
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_LATER && f.line == 1);
	text.len = 0;
	f = fault_of(&text);
	OK(f.wrong == CUSTODY_NO_CHAIN && f.line == 1);
	end();
}

static void
refused_memory_leaves_nothing(void)
{
	struct custody_fault fault;
	struct custody got;
	struct buf out;
	enum err e = ERR_NOMEM;
	unsigned n;

	begin(true);
	for (n = 1; e != ERR_OK && n < 2000; n++) {
		alloc_refuse(n);
		e = custody_read(&got, &fault, text.at, text.len);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(e == ERR_OK && n > 20);
	custody_drop(&got);
	buf_init(&out, CUSTODY_MAX);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK && n < 2000; n++) {
		alloc_refuse(n);
		e = custody_write(&out, &chain, kit_device);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && out.len == 0));
	}
	OK(e == ERR_OK && n > 20);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK && n < 2000; n++) {
		const size_t was = out.len;

		alloc_refuse(n);
		e = custody_countersign(&out, kit_team);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && out.len == was));
	}
	OK(e == ERR_OK);
	buf_drop(&out);
	end();
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
T(a_chain_comes_back_and_its_vectors_are_what_is_written)
T(what_a_chain_may_leave_unsaid_is_left_out)
T(any_byte_that_is_altered_is_named_with_its_line)
T(a_chain_cut_anywhere_is_none)
T(rows_exchanged_or_left_out_or_doubled_are_named)
T(a_row_that_was_written_anew_breaks_the_one_behind_it)
T(another_key_is_another_signature)
T(the_team_key_signs_once)
T(a_head_whose_commitment_is_of_another_file_is_named)
T(entries_are_those_of_their_rows)
T(entries_that_are_not_there_or_too_many_are_named)
T(what_no_reader_takes_is_not_written)
T(another_version_is_said_as_that)
T(refused_memory_leaves_nothing)
T_END
