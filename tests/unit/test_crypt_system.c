#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seccomp.h>

#include "alloc.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "crypt/hybrid.h"
#include "crypt/key.h"
#include "crypt/sign.h"
#include "crypt/slow.h"
#include "crypt/x25519.h"
#include "t.h"

static void
guarded_memory_is_zero_and_aligned_and_given_back(void)
{
	struct key *key;
	uint8_t *p;

	OK((key = key_open()) != NULL);
	for (size_t i = 0; i < KEY_BYTES; i++)
		OK(key_see(key)[i] == 0);
	memset(key_at(key), 'k', KEY_BYTES);
	OK(key_see(key)[KEY_BYTES - 1] == 'k');
	key_close(key);
	key_close(NULL);
	OK((p = key_memory(2401)) != NULL && (uintptr_t)p % 16 == 0);
	OK(p[2400] == 0);
	key_memory_free(p);
	key_memory_free(NULL);
	OK(key_memory(SIZE_MAX) == NULL);
	OK(key_memory((size_t)1 << 60) == NULL);
}

/* One walk over everything, as a role in its sandbox would take it. */
static int
walk(void)
{
	uint8_t key[32], nonce[24] = { 0 }, box[64] = { 0 }, out[64], sig[64];
	struct sha256 *h = sha256_open();
	struct aead *a;
	struct key *k = key_open();
	enum err e;

	crypt_random(key, sizeof key);
	(void)crypt_random_below(7);
	if (h == NULL || k == NULL || (a = aead_open(key)) == NULL)
		return 2;
	sha256_add(h, key, sizeof key);
	sha256_end(h, out);
	e = aead_seal(a, box, nonce, box, 16);
	e = e == ERR_OK ? aead_unseal(a, box, nonce, box, 32) : e;
	if (e != ERR_OK || aead_unseal(a, out, nonce, box, 32) != ERR_FORGED)
		return 3;
	xaead_seal(out, key, nonce, NULL, 0, box, 8);
	sign_public(out, key);
	sign_make(sig, key, "x", 1);
	if (sign_check(sig, out, "x", 1) != ERR_OK)
		return 4;
	x25519_public(out, key);
	if (x25519_shared(box, key, out) != ERR_OK ||
	    slow_argon2id(out, "x", 1, key) != ERR_OK ||
	    slow_scrypt(out, "x", 1, "y", 1, 10) != ERR_OK)
		return 5;
	aead_close(a);
	sha256_close(h);
	key_close(k);
	return crypt_libraries()[0] == 'l' ? 0 : 6;
}

static void
nothing_is_opened_after_the_start(void)
{
	static const int no[] = { SCMP_SYS(open), SCMP_SYS(openat),
		SCMP_SYS(openat2), SCMP_SYS(socket), SCMP_SYS(execve),
		SCMP_SYS(readlink), SCMP_SYS(stat) };
	int status;
	pid_t pid;

	OK((pid = fork()) >= 0);
	if (pid == 0) {
		scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

		for (size_t i = 0; i < COUNT(no); i++)
			if (seccomp_rule_add(
				f, SCMP_ACT_KILL_PROCESS, no[i], 0) != 0)
				_exit(9);
		_exit(seccomp_load(f) == 0 ? walk() : 8);
	}
	OK(waitpid(pid, &status, 0) == pid);
	OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#ifndef SOTTO_SANITIZED /* sanitizers need room of their own */
/* Guarded memory and the large tables of slow keys come from the system, which
 * is told here to give no more. */
static int
starve(void)
{
	const struct rlimit none = { 0, 0 };
	uint8_t key[32], salt[16] = { 0 };

	if (setrlimit(RLIMIT_AS, &none) != 0)
		return 2;
	memset(key, 'k', sizeof key);
	if (key_open() != NULL || key_memory(5000) != NULL ||
	    hybrid_open(key) != NULL)
		return 3;
	if (slow_argon2id(key, "x", 1, salt) != ERR_NOMEM ||
	    slow_scrypt(key, "x", 1, "y", 1, 18) != ERR_NOMEM)
		return 4;
	for (size_t i = 0; i < sizeof key; i++)
		if (key[i] != 'k')
			return 5;
	return 0;
}

static void
what_the_system_does_not_give_is_an_error(void)
{
	int status;
	pid_t pid;

	OK((pid = fork()) >= 0);
	if (pid == 0)
		_exit(starve());
	OK(waitpid(pid, &status, 0) == pid);
	OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#endif

static void
refused_memory_leaves_nothing_behind(void)
{
	static const uint8_t key[32];
	unsigned held = alloc_held(), dirty = alloc_dirty();
	struct aead *a;
	struct sha256 *h;

	for (unsigned n = 1; n < 4; n++) {
		alloc_refuse(n);
		a = aead_open(key);
		h = sha256_open();
		alloc_refuse(0);
		OK(n > 2 || a == NULL || h == NULL);
		aead_close(a);
		sha256_close(h);
		OK(alloc_held() == held && alloc_dirty() == dirty);
	}
}

int
main(void)
{
	OK(crypt_init() == ERR_OK);
	T(guarded_memory_is_zero_and_aligned_and_given_back)
	T(nothing_is_opened_after_the_start)
#ifndef SOTTO_SANITIZED
	T(what_the_system_does_not_give_is_an_error)
#endif
	T(refused_memory_leaves_nothing_behind)
	return 0;
}
