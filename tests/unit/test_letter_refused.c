/* What a letter's reader refuses. */
#include "letter_kit.h"

/* A letter with one piece of its JSON exchanged, and what its reader says. */
static const struct {
	enum letter_kind kind;
	const char *what, *by;
	enum err want;
} forms[] = {
	{ LETTER_FROM, "\"team\"", "\"taem\"", ERR_FORMAT },
	{ LETTER_FROM, TEAM, "abc", ERR_FORMAT },
	{ LETTER_FROM, TEAM, TEAM "a", ERR_TOOBIG },
	{ LETTER_FROM, TEAM, "Abcdefghijklmnopqrstuvwxyz234567", ERR_FORMAT },
	{ LETTER_FROM, "\"line\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"line\":\"0102", "\"line\":\"01020", ERR_FORMAT },
	{ LETTER_FROM, "\"tag\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"id\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"day\":19074", "\"day\":-1", ERR_FORMAT },
	{ LETTER_FROM, "\"day\":19074", "\"day\":4294967296", ERR_TOOBIG },
	{ LETTER_FROM, "\"day\":19074", "\"day\":\"19074\"", ERR_FORMAT },
	{ LETTER_FROM, "\"slot\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"slot\":11", "\"slot\":15", ERR_OK },
	{ LETTER_FROM, "\"slot\":11", "\"slot\":16", ERR_FORMAT },
	{ LETTER_FROM, "\"seen\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"door\":\"d0", "\"door\":\"D0", ERR_FORMAT },
	{ LETTER_FROM, "\"reply\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "age1pq1", "age1pq2", ERR_FORMAT },
	{ LETTER_FROM, "\"sign\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"k\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"text\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false", "\"more\":0", ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false", "\"x\":false", ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false,", "\"more\":true,",
	    ERR_OK /* with a file */ },
	{ LETTER_FROM, "\"more\":false,", "\"more\":false,\"new\":[1],",
	    ERR_OK /* unknown keys are passed over */ },
	{ LETTER_FROM, "\"more\":false,", "\"more\":false,\"name\":1,",
	    ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false,", "\"more\":false,\"name\":\"\",",
	    ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false,",
	    "\"more\":false,\"answers\":{\"a\":1},", ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false,", "\"more\":false,\"answers\":[],",
	    ERR_FORMAT },
	{ LETTER_FROM, "\"more\":false,",
	    "\"more\":false,\"answers\":{\"a\":\"b\"},", ERR_OK },
	{ LETTER_FROM, "\"parts\"", "\"x\"", ERR_FORMAT },
	{ LETTER_FROM, "\"files\":[", "\"files\":[1,", ERR_FORMAT },
	{ LETTER_FROM, "\"files\":[", "\"files\":[{},", ERR_FORMAT },
	{ LETTER_FROM, "image/jpeg", "Image/JPEG", ERR_FORMAT },
	{ LETTER_FROM, "image/jpeg", "image", ERR_FORMAT },
	{ LETTER_FROM, "\"size\":9", "\"size\":-9", ERR_FORMAT },
	{ LETTER_FROM, "\"size\":9", "\"size\":1099511627777", ERR_TOOBIG },
	{ LETTER_FROM, "\"size\":9", "\"size\":1099511627776", ERR_OK },
	{ LETTER_FROM, "\"sha256\":\"01", "\"sha256\":\"", ERR_FORMAT },
	{ LETTER_FROM, "a.jpg", "", ERR_FORMAT },
	{ LETTER_FROM, "\"text\":\"", "\"text\":\"\\u0000", ERR_FORMAT },
	{ LETTER_FROM, "\"text\"", "\"day\":1,\"text\"", ERR_FORMAT },
	{ LETTER_REPLY, "\"n\":3", "\"n\":0", ERR_FORMAT },
	{ LETTER_REPLY, "\"n\":3", "\"x\":3", ERR_FORMAT },
	{ LETTER_REPLY, "\"more\":false", "\"more\":false,\"next\":1",
	    ERR_FORMAT },
	{ LETTER_REPLY, "\"more\":false", "\"more\":false,\"next\":\"doors\"",
	    ERR_FORMAT },
	{ LETTER_REPLY, "\"more\":false", "\"more\":false,\"next\":\"age1\"",
	    ERR_FORMAT },
	{ LETTER_KEPT, "\"text\":", "\"files\":[],\"text\":", ERR_OK },
};

static void
a_field_that_lacks_or_is_of_another_form_is_refused(void)
{
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	for (size_t i = 0; i < COUNT(forms); i++) {
		fill(&l, forms[i].kind, "words");
		if (forms[i].kind == LETTER_FROM)
			add_file(&l, "a.jpg", 9);
		note_of(&note, forms[i].kind,
		    changed(&l, forms[i].what, forms[i].by),
		    seed_of(forms[i].kind));
		const enum err e = read_filled(&got, &note, forms[i].kind);

		if (e != forms[i].want)
			fprintf(stderr, "%s: %s\n", forms[i].by, err_name(e));
		OK(e == forms[i].want);
		if (e == ERR_OK)
			letter_drop(&got);
	}
	buf_drop(&note);
}

static void
a_cut_text_must_have_its_whole(void)
{
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_FROM, "words");
	note_of(&note, LETTER_FROM,
	    changed(&l, "\"more\":false", "\"more\":true"), source.sign_seed);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_FORMAT);
	buf_drop(&note);
}

static void
only_nuls_may_follow_the_note(void)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN + 1];
	const struct letter_place place = place_of(LETTER_FROM);
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_FROM, "words");
	OK(letter_write(&note, &l, source.sign_seed) == ERR_OK);
	memcpy(plain, note.at, note.len);
	OK(letter_read(&got, plain, note.len, &place) == ERR_OK);
	letter_drop(&got);
	OK(letter_read(&got, plain, note.len - 1, &place) == ERR_FORMAT);
	OK(letter_read(&got, plain, 0, &place) == ERR_FORMAT);
	OK(letter_read(&got, plain, sizeof plain, &place) == ERR_TOOBIG);
	for (size_t i = note.len + 1; i < ENVELOPE_LETTER_PLAIN;
	     i += 1 + i / 8) {
		plain[i] = 1;
		OK(letter_read(&got, plain, ENVELOPE_LETTER_PLAIN, &place) ==
		    ERR_FORMAT);
		plain[i] = 0;
	}
	plain[ENVELOPE_LETTER_PLAIN - 1] = 1;
	OK(letter_read(&got, plain, ENVELOPE_LETTER_PLAIN, &place) ==
	    ERR_FORMAT);
	/* Cut, flipped: every byte of the note counts. */
	memset(plain + note.len, 0, sizeof plain - note.len);
	for (size_t i = 0; i < note.len; i += 7) {
		plain[i] ^= 0x01;
		OK(letter_read(&got, plain, ENVELOPE_LETTER_PLAIN, &place) !=
		    ERR_OK);
		plain[i] ^= 0x01;
	}
	buf_drop(&note);
}

/* A client of somebody else's can say any key but not sign for it. */
static void
foreign_client_cannot_claim_handle(void)
{
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_FROM, "I am who you know.");
	OK(letter_write(&note, &l, stranger.sign_seed) == ERR_OK);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_NOKEY);
	/* Nor with the victim's signature line of another letter. */
	buf_clear(&note);
	note_of(&note, LETTER_FROM, changed(&l, "who you", "not who you"),
	    source.sign_seed);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_OK);
	letter_drop(&got);
	char *at = memmem(note.at, note.len, "not who", 7);
	OK(at != NULL);
	memcpy(at, "yes", 3);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_FORGED);
	/* Nor under another key's name. */
	note_of(&note, LETTER_FROM, changed(&l, "\"more\"", "\"more\""),
	    voice_seed);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_NOKEY);
	buf_drop(&note);
}

static void
letter_for_other_team_refused(void)
{
	struct letter l, got;
	struct letter_place place;
	struct buf note;
	const uint8_t other[16] = { 9 };

	buf_init(&note, 65536);
	for (unsigned kind = 0; kind < LETTER_KIND_COUNT; kind++) {
		buf_clear(&note);
		fill(&l, kind, "words");
		OK(letter_write(&note, &l, seed_of(kind)) == ERR_OK);
		place = place_of(kind);
		place.team = "zbcdefghijklmnopqrstuvwxyz234567";
		OK(letter_read(&got, note.at, note.len, &place) == ERR_DENIED);
		place = place_of(kind);
		place.line = other;
		OK(letter_read(&got, note.at, note.len, &place) == ERR_DENIED);
		place = place_of(kind);
		place.tag = other;
		OK(letter_read(&got, note.at, note.len, &place) == ERR_DENIED);
		/* Another kind of note is none of ours. */
		place = place_of((kind + 1) % LETTER_KIND_COUNT);
		OK(letter_read(&got, note.at, note.len, &place) == ERR_VERSION);
	}
	buf_drop(&note);
}

static void
old_voice_refused(void)
{
	struct letter_place place = place_of(LETTER_REPLY);
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_REPLY, "words");
	OK(letter_write(&note, &l, voice_seed) == ERR_OK);
	place.key_count = 1; /* the one of the other days */
	OK(letter_read(&got, note.at, note.len, &place) == ERR_NOKEY);
	place.key_count = 0;
	OK(letter_read(&got, note.at, note.len, &place) == ERR_NOKEY);
	place.key_count = 2;
	OK(letter_read(&got, note.at, note.len, &place) == ERR_OK);
	letter_drop(&got);
	buf_drop(&note);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
people();
T(a_field_that_lacks_or_is_of_another_form_is_refused)
T(a_cut_text_must_have_its_whole)
T(only_nuls_may_follow_the_note)
T(foreign_client_cannot_claim_handle)
T(letter_for_other_team_refused)
T(old_voice_refused)
T_END
