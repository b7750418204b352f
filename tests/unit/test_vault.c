/* The desk's keys in their file. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "age/age.h"
#include "alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "desk/vault.h"
#include "note/json.h"
#include "t.h"

static char dir[] = "/tmp/sotto-vault-XXXXXX";
static char path[64];
static const uint8_t door[DOOR_ID_BYTES] = { 1, 2, 3, 4 };

static struct vault *
some_vault(uint32_t day)
{
	struct vault *v = vault_new();

	OK(v != NULL);
	OK(vault_words(v, "six words", 9) == ERR_OK);
	memset(v->storage, 1, sizeof v->storage);
	memset(v->device, 2, sizeof v->device);
	v->has_line = true;
	memset(v->purge, 5, sizeof v->purge);
	ring_make_once(&v->ring);
	ring_make_once(&v->ring);
	ring_make_voice(&v->ring, door, 20, 60);
	OK(ring_make_chain(&v->ring, ring_log, 9) == ERR_OK);
	OK(ring_make_chain(&v->ring, ring_log, 10) == ERR_OK);
	v->ring.chains[0].chain.day = day;
	return v;
}

static void
what_was_saved_is_loaded(void)
{
	struct vault *v = some_vault(20000), *got = vault_new();

	OK(got != NULL && vault_words(got, "six words", 9) == ERR_OK);
	OK(vault_save(v, path) == ERR_OK);
	OK(vault_load(got, path) == ERR_OK);
	OK(memcmp(v, got, sizeof *v) == 0);
	OK(vault_words(got, "six word", 8) == ERR_OK);
	OK(vault_load(got, path) == ERR_NOKEY);
	OK(memcmp(v->device, got->device, sizeof v->device) == 0);
	vault_close(got);
	vault_close(v);
	vault_close(NULL);
}

/* A member who is no admin has no line key; a device that waits to be taken in
 * has no chain. */
static void
what_a_desk_has_not_is_not_there(void)
{
	struct vault *v = vault_new(), *got = some_vault(20000);

	OK(v != NULL && vault_words(v, "six words", 9) == ERR_OK);
	ring_make_once(&v->ring);
	OK(vault_save(v, path) == ERR_OK);
	OK(vault_load(got, path) == ERR_OK);
	OK(memcmp(v, got, sizeof *v) == 0);
	OK(!got->has_line && got->ring.chains_n == 0);
	vault_close(got);
	vault_close(v);
}

static void
a_key_file_of_another_version_is_said_to_be_one(void)
{
	static const char *const rows[] = { "{\"form\":1}", "{\"form\":3}" };
	const struct age_to to = {
		.words = "six words", .words_len = 9, .work = 4
	};
	struct vault *v = some_vault(20000);
	struct buf file;

	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_init(&file, 4096);
		OK(age_seal(&file, &to, rows[i], strlen(rows[i])) == ERR_OK);
		OK(file_write(path, file.at, file.len, 0600) == ERR_OK);
		OK(vault_load(v, path) == ERR_VERSION);
		OK(v->ring.chains_n == 2);
		buf_drop(&file);
	}
	vault_close(v);
}

/* The file's bytes lie on the disk until something else is written there. */
static void
a_day_seed_that_is_replaced_is_overwritten(void)
{
	struct vault *v = some_vault(20000);
	uint8_t byte;
	struct stat st;
	int old;

	OK(vault_save(v, path) == ERR_OK);
	OK((old = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	v->ring.chains[0].chain.day++;
	OK(vault_save(v, path) == ERR_OK);
	OK(fstat(old, &st) == 0 && st.st_nlink == 0 && st.st_size > 500);
	for (off_t i = 0; i < st.st_size; i++)
		OK(pread(old, &byte, 1, i) == 1 && byte == 0);
	OK(close(old) == 0);
	vault_close(v);
}

static void
refused_memory_leaves_the_old_file(void)
{
	struct vault *v = some_vault(20001), *got = some_vault(1);
	const unsigned held = alloc_held();
	enum err e = ERR_NOMEM;
	unsigned n;

	OK(vault_save(v, path) == ERR_OK);
	v->ring.chains[0].chain.day = 20002;
	for (n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = vault_save(v, path);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == held && alloc_dirty() == 0);
		OK(vault_load(got, path) == ERR_OK);
		OK(got->ring.chains[0].chain.day ==
		    (e == ERR_OK ? 20002 : 20001));
	}
	OK(n > 10);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		got->ring.chains[0].chain.day = 5;
		alloc_refuse(n);
		e = vault_load(got, path);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == held && alloc_dirty() == 0);
		OK(e == ERR_OK || got->ring.chains[0].chain.day == 5);
	}
	OK(n > 10);
	vault_close(got);
	vault_close(v);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
vault_cheaper(4);
OK(mkdtemp(dir) != NULL);
OK(file_path(path, sizeof path, dir, "key") == ERR_OK);
T(what_was_saved_is_loaded)
T(what_a_desk_has_not_is_not_there)
T(a_key_file_of_another_version_is_said_to_be_one)
T(a_day_seed_that_is_replaced_is_overwritten)
T(refused_memory_leaves_the_old_file)
OK(unlink(path) == 0 && rmdir(dir) == 0);
T_END
