/*
 * measure: what the rows of tools/bench.sh are made of; prints one number.
 *
 *	measure cpu COMMAND...      CPU seconds, user and system, of the command
 *	                            and all it waited for, the least of 3 runs
 *	measure once COMMAND...     seconds until it ends, CPU seconds it took,
 *	                            and the most memory it had, in MiB
 *	measure wall COMMAND...     milliseconds until it ends, the least of 20
 *	measure chacha MIB          CPU seconds of libcrypto's bare
 *	                            ChaCha20-Poly1305 over so much
 *	measure sha256 MIB          the same of its SHA-256
 *	measure decaps own|portable|libcrypto
 *	                            cycles of an ML-KEM-768 decapsulation, the
 *	                            least; "-" when this libcrypto has none
 *	measure open                letters opened a second by one thread
 *	measure merge N             CPU seconds until N entries of another desk
 *	                            are in the log, their signatures checked
 *	                            and all effects in order
 *	measure until TEXT COMMAND...
 *	                            milliseconds until the command says a line
 *	                            that begins so, the least of 5; then it ends
 *	measure letters URL         letters a second that a line acknowledges to
 *	                            16 writers, over 5 seconds
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "age/envelope.h"
#include "base/clock.h"
#include "crypt/crypt.h"
#include "crypt/mlkem.h"
#include "crypt/wide.h"
#include "http/client.h"
#include "letter/tag.h"
#include "note/json.h"
#include "team/teamlog.h"

#define CHUNK 65536

static void
stop(const char *why)
{
	fprintf(stderr, "measure: %s\n", why);
	exit(1);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Run a command; CPU seconds, or wall milliseconds, of this one run. */
static double
run(char **argv, bool cpu)
{
	uint64_t began = clock_ms();
	struct timespec a, b;
	struct rusage used;
	int status;
	pid_t pid;

	(void)began;
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	if ((pid = fork()) < 0)
		stop("cannot fork");
	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(127);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &used) != pid || status != 0)
		stop("the command failed");
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	if (cpu)
		return seconds(used.ru_utime) + seconds(used.ru_stime);
	return (double)(b.tv_sec - a.tv_sec) * 1e3 +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e6;
}

static void
measure_once(char **argv)
{
	const double wall = run(argv, false) / 1e3;
	struct rusage used;

	(void)getrusage(RUSAGE_CHILDREN, &used);
	printf("%.1f %.1f %ld\n", wall,
	    seconds(used.ru_utime) + seconds(used.ru_stime),
	    used.ru_maxrss / 1024);
}

static void
measure_command(char **argv, bool cpu, unsigned runs)
{
	double least = 0;

	for (unsigned i = 0; i < runs; i++) {
		double one = run(argv, cpu);

		if (i == 0 || one < least)
			least = one;
	}
	printf("%.3f\n", least);
}

static double
cpu_now(void)
{
	struct rusage used;

	(void)getrusage(RUSAGE_SELF, &used);
	return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/* As the age format cuts it: chunks of 64 KiB, one key, a nonce each. */
static void
measure_chacha(unsigned long mib)
{
	static unsigned char chunk[CHUNK + 16];
	unsigned char key[32] = { 1 }, nonce[12] = { 0 };
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	double began = cpu_now();
	int n;

	if (ctx == NULL ||
	    EVP_EncryptInit_ex(
		ctx, EVP_chacha20_poly1305(), NULL, key, nonce) != 1)
		stop("no cipher");
	for (unsigned long i = 0; i < mib * 16; i++) {
		memcpy(nonce, &i, sizeof(i));
		if (EVP_EncryptInit_ex(ctx, NULL, NULL, NULL, nonce) != 1 ||
		    EVP_EncryptUpdate(ctx, chunk, &n, chunk, CHUNK) != 1 ||
		    EVP_EncryptFinal_ex(ctx, chunk, &n) != 1 ||
		    EVP_CIPHER_CTX_ctrl(
			ctx, EVP_CTRL_AEAD_GET_TAG, 16, chunk + CHUNK) != 1)
			stop("the cipher failed");
	}
	printf("%.3f\n", cpu_now() - began);
	EVP_CIPHER_CTX_free(ctx);
}

static void
measure_sha256(unsigned long mib)
{
	static unsigned char chunk[CHUNK];
	unsigned char out[32];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	double began = cpu_now();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		stop("no hash");
	for (unsigned long i = 0; i < mib * 16; i++)
		if (EVP_DigestUpdate(ctx, chunk, CHUNK) != 1)
			stop("the hash failed");
	(void)EVP_DigestFinal_ex(ctx, out, NULL);
	printf("%.3f\n", cpu_now() - began);
	EVP_MD_CTX_free(ctx);
}

static unsigned long long
cycles(void)
{
#if defined(__x86_64__)
	return __rdtsc();
#else
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000000U +
	    (unsigned long long)t.tv_nsec;
#endif
}

static void
measure_own(void)
{
	static uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
	static uint8_t ct[MLKEM_CT_BYTES], shared[MLKEM_SHARED_BYTES];
	static const uint8_t seed[MLKEM_SEED_BYTES] = { 1 };
	unsigned long long least = 0;

	mlkem_keys(ek, dk, seed);
	if (mlkem_encaps(ct, shared, ek, seed) != ERR_OK)
		stop("no encapsulation");
	for (unsigned i = 0; i < 3000; i++) {
		unsigned long long t = cycles();

		mlkem_decaps(shared, dk, ct);
		t = cycles() - t;
		if (i == 0 || t < least)
			least = t;
	}
	printf("%llu\n", least);
}

static void
measure_libcrypto(void)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(NULL, "ML-KEM-768", NULL);
	static uint8_t ct[MLKEM_CT_BYTES], shared[MLKEM_SHARED_BYTES];
	size_t ct_len = sizeof(ct), n = sizeof(shared);
	unsigned long long least = 0;
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 ||
	    EVP_PKEY_generate(ctx, &key) != 1) {
		puts("-");
		EVP_PKEY_CTX_free(ctx);
		return;
	}
	EVP_PKEY_CTX_free(ctx);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (ctx == NULL || EVP_PKEY_encapsulate_init(ctx, NULL) != 1 ||
	    EVP_PKEY_encapsulate(ctx, ct, &ct_len, shared, &n) != 1 ||
	    EVP_PKEY_decapsulate_init(ctx, NULL) != 1)
		stop("libcrypto's ML-KEM failed");
	for (unsigned i = 0; i < 3000; i++) {
		unsigned long long t = cycles();

		if (EVP_PKEY_decapsulate(ctx, shared, &n, ct, ct_len) != 1)
			stop("libcrypto's ML-KEM failed");
		t = cycles() - t;
		if (i == 0 || t < least)
			least = t;
	}
	printf("%llu\n", least);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static void
measure_open(void)
{
	static uint8_t letter[ENVELOPE_LETTER_BYTES];
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	struct age_identity *id = NULL;
	struct age_recipient to;
	double began;
	unsigned n = 0;

	if (age_identity_random(&id, AGE_HYBRID) != ERR_OK)
		stop("no identity");
	age_identity_recipient(id, &to);
	if (envelope_seal(letter, sizeof(letter), &to, plain, 1) != ERR_OK)
		stop("no letter");
	began = cpu_now();
	while (n < 1000 || cpu_now() - began < 1.0) {
		if (envelope_open(plain, id, letter, sizeof(letter)) != ERR_OK)
			stop("the letter does not open");
		n++;
	}
	printf("%.0f\n", n / (cpu_now() - began));
	age_identity_close(id);
}

/* Two devices of one member, whose desks hear of each other at once. */
static struct teamlog *
merge_log(const uint8_t seeds[2][SIGN_SEED_BYTES])
{
	static struct roster r;
	struct teamlog *l = teamlog_open();

	r = (struct roster){ .serial = 1, .members_n = 1, .devices_n = 2 };
	for (unsigned i = 0; i < 2; i++)
		sign_public(r.devices[i].key, seeds[i]);
	if (l == NULL || teamlog_roster(l, &r) != ERR_OK)
		stop("no log");
	return l;
}

static void
merge_make(
    struct buf *note, struct teamlog *l, const uint8_t seed[SIGN_SEED_BYTES])
{
	const struct effect said = { .kind = EFFECT_READ, .ids_n = 2 };
	uint8_t key[SIGN_PUBLIC_BYTES], id[DEVICE_ID_BYTES];
	struct entry e;

	entry_init(&e);
	buf_init(note, ENTRY_MAX);
	sign_public(key, seed);
	device_id(id, key);
	memcpy(e.type, "read", 5);
	if (teamlog_next(l, &e, id) != ERR_OK ||
	    effect_write(&e.body, &said) != ERR_OK ||
	    entry_write(note, &e, seed) != ERR_OK ||
	    teamlog_add_kept(l, note->at, note->len) != ERR_OK)
		stop("no entry");
	entry_drop(&e);
}

static void
measure_merge(size_t n)
{
	static const uint8_t seeds[2][SIGN_SEED_BYTES] = { { 1 }, { 2 } };
	struct teamlog *from = merge_log(seeds), *to = merge_log(seeds);
	struct buf *notes = calloc(n, sizeof(*notes));
	struct teamlog_cursor at = { .done = 0 };
	double began;

	if (notes == NULL)
		stop("no memory");
	for (size_t i = 0; i < n; i++)
		merge_make(&notes[i], from, seeds[i % 2]);
	began = cpu_now();
	for (size_t i = 0; i < n; i++)
		if (teamlog_add(to, notes[i].at, notes[i].len, NULL) != ERR_OK)
			stop("an entry is refused");
	teamlog_cursor_now(to, &at);
	printf("%.2f\n", cpu_now() - began);
	if (at.done != n)
		stop("an entry has no effect");
	for (size_t i = 0; i < n; i++)
		buf_drop(&notes[i]);
	free(notes);
	teamlog_close(from);
	teamlog_close(to);
}

/* Start the command and wait for its line; milliseconds. */
static double
wait_for_line(const char *text, char **argv)
{
	struct timespec a, b;
	char line[512];
	bool found = false;
	FILE *said;
	pid_t pid;
	int fd[2];

	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	if (pipe(fd) != 0 || (pid = fork()) < 0)
		stop("cannot fork");
	if (pid == 0) {
		(void)dup2(fd[1], STDOUT_FILENO);
		(void)close(fd[0]);
		(void)close(fd[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	(void)close(fd[1]);
	if ((said = fdopen(fd[0], "r")) == NULL)
		stop("no pipe");
	while (!found && fgets(line, sizeof(line), said) != NULL)
		found = strncmp(line, text, strlen(text)) == 0;
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	(void)fclose(said);
	if (!found)
		stop("it never said that");
	return (double)(b.tv_sec - a.tv_sec) * 1e3 +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e6;
}

static void
measure_until(const char *text, char **argv)
{
	double least = 0;

	for (unsigned i = 0; i < 5; i++) {
		double one = wait_for_line(text, argv);

		if (i == 0 || one < least)
			least = one;
	}
	printf("%.1f\n", least);
}

#define WRITERS 16
#define LETTERS_MS 5000U

static struct writers {
	const char *url;
	uint64_t end;
	atomic_uint done;
	atomic_bool failed;
	uint8_t letter[ENVELOPE_LETTER_BYTES];
} writers;

/* Put the same envelope under new tags until the time is over. */
static void *
writer(void *nothing)
{
	const struct http_client_opts opts = { .base = writers.url };
	uint8_t body[TAG_BYTES + ENVELOPE_LETTER_BYTES];
	const struct http_call call = { .method = "PUT",
		.path = "/v1/letter",
		.body = body,
		.n = sizeof(body) };
	struct http_client *c = NULL;
	struct buf said;

	buf_init(&said, 4096);
	memcpy(body + TAG_BYTES, writers.letter, ENVELOPE_LETTER_BYTES);
	if (http_client_open(&c, &opts) != ERR_OK)
		writers.failed = true;
	while (!writers.failed && clock_ms() < writers.end) {
		struct http_reply reply = { .body = &said };

		buf_clear(&said);
		crypt_random(body, TAG_BYTES);
		if (http_client_do(c, &call, &reply) != ERR_OK ||
		    reply.status != 200)
			writers.failed = true;
		else
			writers.done++;
	}
	buf_drop(&said);
	http_client_close(c);
	return nothing;
}

static void
measure_letters(const char *url)
{
	struct http_client_opts opts = { .base = url };
	struct http_client *first = NULL;
	pthread_t threads[WRITERS];

	/* The first client opens the library; threads may not race for it. */
	if (http_client_open(&first, &opts) != ERR_OK ||
	    envelope_nobody(writers.letter, ENVELOPE_LETTER_BYTES) != ERR_OK)
		stop("no client");
	writers.url = url;
	writers.end = clock_ms() + LETTERS_MS;
	for (unsigned i = 0; i < WRITERS; i++)
		if (pthread_create(&threads[i], NULL, writer, NULL) != 0)
			stop("no thread");
	for (unsigned i = 0; i < WRITERS; i++)
		(void)pthread_join(threads[i], NULL);
	if (writers.failed)
		stop("a letter was refused");
	printf("%.0f\n", writers.done * 1e3 / LETTERS_MS);
	http_client_close(first);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	clock_init();
	if (crypt_init() != ERR_OK)
		stop("no cryptography");
	if (strcmp(what, "cpu") == 0 && argc > 2) {
		measure_command(argv + 2, true, 3);
	} else if (strcmp(what, "once") == 0 && argc > 2) {
		measure_once(argv + 2);
	} else if (strcmp(what, "wall") == 0 && argc > 2) {
		measure_command(argv + 2, false, 20);
	} else if (strcmp(what, "chacha") == 0 && argc == 3) {
		measure_chacha(strtoul(argv[2], NULL, 10));
	} else if (strcmp(what, "sha256") == 0 && argc == 3) {
		measure_sha256(strtoul(argv[2], NULL, 10));
	} else if (strcmp(what, "decaps") == 0 && argc == 3) {
		if (strcmp(argv[2], "libcrypto") == 0) {
			measure_libcrypto();
		} else {
			wide_allow(strcmp(argv[2], "own") == 0);
			measure_own();
		}
	} else if (strcmp(what, "open") == 0) {
		measure_open();
	} else if (strcmp(what, "merge") == 0 && argc == 3) {
		json_init();
		measure_merge(strtoul(argv[2], NULL, 10));
	} else if (strcmp(what, "until") == 0 && argc > 3) {
		measure_until(argv[2], argv + 3);
	} else if (strcmp(what, "letters") == 0 && argc == 3) {
		measure_letters(argv[2]);
	} else {
		stop("see bench/measure.c");
	}
	return 0;
}
