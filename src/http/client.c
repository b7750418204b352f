#include <assert.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "http/client.h"
#include "http/host.h"

#define CONNECT_MS 60000L
#define STALL_S 120L
#define STALL_BYTES 256L
#define GRACE_S 300U
#define LEAST_RATE 1024U /* bytes a second, over a whole request */
#define CALL_MAX_MS (3600U * 1000U)
#define URL_MAX 1024U
#define PROXY_MAX 256U
#define WAIT_MS 1000
#define MEANWHILE_MS 10
#define HEAD_MAX 65536U /* of an answer, with all that is no body */

/* The calls of libcurl that we make.  curl_easy_setopt and curl_easy_getinfo
 * are macros in its header when types are checked, so they are kept apart. */
static struct {
	void *library;
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *curl);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	CURLMcode (*multi_add)(CURLM *multi, CURL *curl);
	CURLMcode (*multi_remove)(CURLM *multi, CURL *curl);
	CURLMcode (*multi_perform)(CURLM *multi, int *running);
	CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd extra[],
	    unsigned n, int ms, int *ready);
	CURLMsg *(*multi_read)(CURLM *multi, int *left);
	CURLcode (*set)(CURL *curl, CURLoption option, ...);
	CURLcode (*info)(CURL *curl, CURLINFO info, ...);
	struct curl_slist *(*slist_append)(
	    struct curl_slist *list, const char *line);
	void (*slist_free_all)(struct curl_slist *list);
} curl;

struct http_client {
	CURL *handle;
	CURLM *multi;
	enum err (*meanwhile)(void *with);
	void *with;
	char *base;
	uint64_t grace_ms;
	/* The call under way. */
	struct curl_slist *lines;
	bool added; /* to `multi` */
	int running;
	uint64_t began; /* clock_ms() */
	const struct http_call *call;
	struct http_reply *reply;
	uint64_t sent, taken, head;
	long status;
	enum err failed; /* why we broke it off ourselves */
};

static enum err
open_library(void)
{
	static const char *const names[] = { "libcurl.so.4",
		"libcurl-gnutls.so.4", "libcurl-nss.so.4" };
	const struct {
		const char *name;
		void **call;
	} calls[] = {
		{ "curl_global_init", (void **)&curl.global_init },
		{ "curl_easy_init", (void **)&curl.easy_init },
		{ "curl_easy_cleanup", (void **)&curl.easy_cleanup },
		{ "curl_multi_init", (void **)&curl.multi_init },
		{ "curl_multi_cleanup", (void **)&curl.multi_cleanup },
		{ "curl_multi_add_handle", (void **)&curl.multi_add },
		{ "curl_multi_remove_handle", (void **)&curl.multi_remove },
		{ "curl_multi_perform", (void **)&curl.multi_perform },
		{ "curl_multi_poll", (void **)&curl.multi_poll },
		{ "curl_multi_info_read", (void **)&curl.multi_read },
		{ "curl_easy_setopt", (void **)&curl.set },
		{ "curl_easy_getinfo", (void **)&curl.info },
		{ "curl_slist_append", (void **)&curl.slist_append },
		{ "curl_slist_free_all", (void **)&curl.slist_free_all },
	};
	void *library = NULL;

	if (curl.library != NULL)
		return ERR_OK;
	for (size_t i = 0; i < COUNT(names) && library == NULL; i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return ERR_VERSION;
	for (size_t i = 0; i < COUNT(calls); i++)
		if ((*calls[i].call = dlsym(library, calls[i].name)) == NULL) {
			dlclose(library);
			return ERR_VERSION;
		}
	if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		dlclose(library);
		return ERR_NOMEM;
	}
	curl.library = library; /* stays until the program ends */
	return ERR_OK;
}

/*
 * What libcurl calls while a request is under way.
 */

static size_t
on_give(char *out, size_t size, size_t count, void *with)
{
	struct http_client *c = with;
	const struct http_call *call = c->call;
	size_t room = size * count;
	size_t n;

	if (room > call->n - c->sent)
		room = (size_t)(call->n - c->sent);
	if (room == 0)
		return 0;
	if (call->give != NULL) {
		n = call->give(call->with, (uint8_t *)out, room);
		if (n == 0 || n > room) {
			c->failed = ERR_CLOSED;
			return CURL_READFUNC_ABORT;
		}
	} else {
		n = room;
		memcpy(out, (const uint8_t *)call->body + c->sent, n);
	}
	c->sent += n;
	return n;
}

/* A kept connection may turn out to be closed when the request is sent on it;
 * libcurl then wants to send it again on a new one.  Bytes can be; what was
 * given by a function is gone. */
static int
on_seek(void *with, curl_off_t to, int origin)
{
	struct http_client *c = with;

	if (origin != SEEK_SET || to < 0 || (uint64_t)to > c->call->n ||
	    (c->call->give != NULL && (uint64_t)to != c->sent))
		return CURL_SEEKFUNC_FAIL;
	c->sent = (uint64_t)to;
	return CURL_SEEKFUNC_OK;
}

static size_t
on_take(char *p, size_t size, size_t count, void *with)
{
	struct http_client *c = with;
	const struct http_call *call = c->call;
	const size_t n = size * count;

	if (c->status == 0)
		curl.info(c->handle, CURLINFO_RESPONSE_CODE, &c->status);
	if (call->take != NULL && c->status == 200) {
		if (n > call->take_max - c->taken)
			c->failed = ERR_TOOBIG;
		else
			c->failed =
			    call->take(call->with, (const uint8_t *)p, n);
		c->taken += n;
	} else if (c->reply->body != NULL) {
		c->failed = buf_put(c->reply->body, p, n);
	}
	return c->failed == ERR_OK ? n : 0;
}

/* Every line that is no body, behind it too: libcurl keeps them all
 * (a_line_that_never_ends_its_head_fills_no_memory). */
static size_t
on_head(char *p, size_t size, size_t count, void *with)
{
	struct http_client *c = with;
	const size_t n = size * count;

	c->head += n;
	if (c->head > HEAD_MAX)
		c->failed = ERR_FORMAT;
	else if (c->reply->head != NULL)
		c->failed = buf_put(c->reply->head, p, n);
	return c->failed == ERR_OK ? n : 0;
}

/* Called at least once a second: is it time to give up? */
static int
on_progress(void *with, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
    curl_off_t up)
{
	struct http_client *c = with;
	const uint64_t moved = (uint64_t)down + (uint64_t)up;
	uint64_t most = c->grace_ms + moved * 1000 / LEAST_RATE;

	(void)down_all;
	(void)up_all;
	if (most > CALL_MAX_MS)
		most = CALL_MAX_MS;
	if (clock_ms() - c->began <= most)
		return 0;
	c->failed = ERR_EXPIRED;
	return 1;
}

/*
 * Making a client.
 */

/* "socks5h://ADDR:PORT", or nothing. */
static enum err
write_proxy(char out[static PROXY_MAX], const char *socks)
{
	static const char name[] = "socks5h";
	struct host host;
	char url[PROXY_MAX];
	int n;

	out[0] = '\0';
	if (socks == NULL)
		return ERR_OK;
	n = snprintf(url, sizeof url, "http://%s", socks);
	if (n < 0 || (size_t)n >= sizeof url - sizeof name ||
	    host_read(&host, url) != ERR_OK || host.port == 0)
		return ERR_FORMAT;
	(void)snprintf(out, PROXY_MAX, "%s%s", name, strchr(host.base, ':'));
	return ERR_OK;
}

/* These hold for every request of the handle. */
static enum err
prepare(struct http_client *c, const struct http_client_opts *o)
{
	CURL *h = c->handle;
	CURLcode bad = CURLE_OK;
	char proxy[PROXY_MAX];
	enum err e;
	const long connect_ms =
	    o->connect_ms == 0 ? CONNECT_MS : (long)o->connect_ms;
	const long stall_s = o->stall_s == 0 ? STALL_S : (long)o->stall_s;

	/* An empty proxy also keeps libcurl from the environment's. */
	if ((e = write_proxy(proxy, o->socks)) != ERR_OK)
		return e;
	bad |= curl.set(h, CURLOPT_PROXY, proxy);
	bad |= curl.set(h, CURLOPT_NOPROXY, "");
	if (o->socks != NULL && o->circuit != NULL) {
		bad |= curl.set(h, CURLOPT_PROXYUSERNAME, o->circuit);
		bad |= curl.set(h, CURLOPT_PROXYPASSWORD, "0");
	}
	if (o->unix_path != NULL)
		bad |= curl.set(h, CURLOPT_UNIX_SOCKET_PATH, o->unix_path);
	bad |= curl.set(h, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	bad |= curl.set(h, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl.set(h, CURLOPT_NOSIGNAL, 1L);
	bad |= curl.set(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= curl.set(h, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	bad |= curl.set(h, CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES);
	bad |= curl.set(h, CURLOPT_LOW_SPEED_TIME, stall_s);
	bad |= curl.set(h, CURLOPT_READFUNCTION, on_give);
	bad |= curl.set(h, CURLOPT_READDATA, c);
	bad |= curl.set(h, CURLOPT_SEEKFUNCTION, on_seek);
	bad |= curl.set(h, CURLOPT_SEEKDATA, c);
	bad |= curl.set(h, CURLOPT_WRITEFUNCTION, on_take);
	bad |= curl.set(h, CURLOPT_WRITEDATA, c);
	bad |= curl.set(h, CURLOPT_HEADERFUNCTION, on_head);
	bad |= curl.set(h, CURLOPT_HEADERDATA, c);
	bad |= curl.set(h, CURLOPT_NOPROGRESS, 0L);
	bad |= curl.set(h, CURLOPT_XFERINFOFUNCTION, on_progress);
	bad |= curl.set(h, CURLOPT_XFERINFODATA, c);
	wipe(proxy, sizeof proxy);
	return bad == CURLE_OK ? ERR_OK : ERR_VERSION;
}

enum err
http_client_open(struct http_client **out, const struct http_client_opts *opts)
{
	struct http_client *c = NULL;
	struct host host;
	size_t n;
	enum err e;

	if (host_read(&host, opts->base) != ERR_OK)
		return ERR_FORMAT;
	if (host.onion && opts->socks == NULL && opts->unix_path == NULL)
		return ERR_DENIED;
	n = strlen(host.base);
	if ((e = open_library()) != ERR_OK)
		return e;
	e = ERR_NOMEM;
	if ((c = calloc(1, sizeof *c)) == NULL)
		goto out;
	if ((c->handle = curl.easy_init()) == NULL)
		goto out;
	if ((c->base = calloc(1, n + 1)) == NULL)
		goto out;
	memcpy(c->base, host.base, n);
	c->grace_ms =
	    1000 * (uint64_t)(opts->grace_s == 0 ? GRACE_S : opts->grace_s);
	if ((e = prepare(c, opts)) != ERR_OK)
		goto out;
	*out = c; /* now the caller's */
	c = NULL;
out:
	http_client_close(c);
	return e;
}

void
http_client_close(struct http_client *c)
{
	if (c == NULL)
		return;
	http_client_break(c);
	if (c->handle != NULL)
		curl.easy_cleanup(c->handle);
	if (c->multi != NULL)
		(void)curl.multi_cleanup(c->multi);
	if (c->base != NULL)
		wipe_free(c->base, strlen(c->base));
	wipe_free(c, sizeof *c);
}

/*
 * One request.
 */

static enum err
add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl.slist_append(*list, line);

	if (longer == NULL)
		return ERR_NOMEM;
	*list = longer;
	return ERR_OK;
}

/* The caller's, in their order.  What libcurl would say besides is unsaid. */
static enum err
add_given(struct curl_slist **list, const struct http_call *call)
{
	enum err e = add_line(list, "Expect:");

	for (size_t i = 0; e == ERR_OK && i < call->lines_n; i++)
		e = add_line(list, call->lines[i]);
	return e;
}

/* Its own lines of the head.  `Expect:` keeps libcurl from waiting a second for
 * leave to send. */
static enum err
add_lines(struct curl_slist **list, const struct http_call *call)
{
	char line[256];
	const char *type =
	    call->type == NULL ? "application/octet-stream" : call->type;
	enum err e;

	if (call->lines != NULL)
		return add_given(list, call);
	if (strlen(type) > sizeof line - 16)
		return ERR_TOOBIG;
	snprintf(line, sizeof line, "Content-Type: %s", type);
	if ((e = add_line(list, "Expect:")) != ERR_OK ||
	    (e = add_line(list, "Accept:")) != ERR_OK)
		return e;
	if (strcmp(call->method, "GET") != 0 &&
	    (e = add_line(list, line)) != ERR_OK)
		return e;
	if (call->header != NULL)
		e = add_line(list, call->header);
	return e;
}

static enum err
set_call(struct http_client *c, const char *url, struct curl_slist *lines)
{
	const struct http_call *call = c->call;
	CURL *h = c->handle;
	CURLcode bad = CURLE_OK;

	if (strcmp(call->method, "GET") == 0) {
		bad |= curl.set(h, CURLOPT_UPLOAD, 0L);
		bad |= curl.set(h, CURLOPT_HTTPGET, 1L);
	} else {
		bad |= curl.set(h, CURLOPT_UPLOAD, 1L);
		bad |=
		    curl.set(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)call->n);
	}
	bad |= curl.set(h, CURLOPT_CUSTOMREQUEST, call->method);
	bad |= curl.set(h, CURLOPT_URL, url);
	bad |= curl.set(h, CURLOPT_HTTPHEADER, lines);
	return bad == CURLE_OK ? ERR_OK : ERR_NOMEM;
}

static enum err
what_failed(CURLcode code)
{
	switch ((int)code) {
	case CURLE_OK:
		return ERR_OK;
	case CURLE_OUT_OF_MEMORY:
		return ERR_NOMEM;
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_EXPIRED;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_HTTP2:
		return ERR_FORMAT;
	default:
		return ERR_CLOSED;
	}
}

void
http_client_meanwhile(
    struct http_client *c, enum err (*meanwhile)(void *with), void *with)
{
	c->meanwhile = meanwhile;
	c->with = with;
}

/* What the transfer ended with. */
static CURLcode
how_it_ended(struct http_client *c)
{
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURLMsg *m;
	int left;

	while ((m = curl.multi_read(c->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE)
			code = m->data.result;
	return code;
}

static enum err
begin(struct http_client *c, const struct http_call *call,
    struct http_reply *reply)
{
	char url[URL_MAX];
	const size_t base_n = strlen(c->base), path_n = strlen(call->path);
	enum err e;

	assert(call->path[0] == '/');
	assert(c->call == NULL); /* one at a time */
	reply->status = 0;
	c->call = call;
	c->reply = reply;
	c->sent = c->taken = c->head = 0;
	c->status = 0;
	c->failed = ERR_OK;
	c->began = clock_ms();
	if (base_n + path_n >= sizeof url)
		return ERR_TOOBIG;
	memcpy(url, c->base, base_n);
	memcpy(url + base_n, call->path, path_n + 1);
	if ((e = add_lines(&c->lines, call)) != ERR_OK)
		return e;
	return set_call(c, url, c->lines);
}

/* Nothing of the call is held any more. */
static void
forget(struct http_client *c)
{
	if (c->added)
		(void)curl.multi_remove(c->multi, c->handle);
	c->added = false;
	curl.set(c->handle, CURLOPT_HTTPHEADER, NULL);
	curl.slist_free_all(c->lines);
	c->lines = NULL;
	c->call = NULL;
	c->reply = NULL;
}

static enum err
finish(struct http_client *c, CURLcode code)
{
	enum err e;

	curl.info(c->handle, CURLINFO_RESPONSE_CODE, &c->status);
	e = c->failed != ERR_OK ? c->failed : what_failed(code);
	/* The server may answer and close while a body is still being sent;
	 * what it said counts. */
	if (e == ERR_CLOSED && code == CURLE_SEND_ERROR && c->status >= 400)
		e = ERR_OK;
	if (e == ERR_OK)
		c->reply->status = (unsigned)c->status;
	forget(c);
	return e;
}

/* As far as it goes without waiting. */
static enum err
go_on(struct http_client *c)
{
	return curl.multi_perform(c->multi, &c->running) == CURLM_OK
	    ? ERR_OK
	    : ERR_NOMEM;
}

static enum err
start(struct http_client *c)
{
	if (c->multi == NULL && (c->multi = curl.multi_init()) == NULL)
		return ERR_NOMEM;
	if (curl.multi_add(c->multi, c->handle) != CURLM_OK)
		return ERR_NOMEM;
	c->added = true;
	c->running = 1;
	return ERR_OK;
}

/* The rest of the request, and `meanwhile` in between. */
static CURLcode
wait_for_all(struct http_client *c)
{
	const int ms = c->meanwhile == NULL ? WAIT_MS : MEANWHILE_MS;

	while (c->failed == ERR_OK && c->running > 0) {
		if (go_on(c) != ERR_OK)
			return CURLE_OUT_OF_MEMORY;
		if (c->running == 0 || c->failed != ERR_OK)
			break;
		if (curl.multi_poll(c->multi, NULL, 0, ms, NULL) != CURLM_OK)
			return CURLE_OUT_OF_MEMORY;
		if (c->meanwhile != NULL)
			c->failed = c->meanwhile(c->with);
	}
	return c->running > 0 ? CURLE_OUT_OF_MEMORY : how_it_ended(c);
}

enum err
http_client_begin(struct http_client *c, const struct http_call *call,
    struct http_reply *reply)
{
	enum err e;

	if ((e = begin(c, call, reply)) != ERR_OK || (e = start(c)) != ERR_OK ||
	    (e = go_on(c)) != ERR_OK)
		forget(c);
	return e;
}

void
http_client_go_on(struct http_client *c)
{
	/* If it cannot, the end says so. */
	if (c->added && c->running > 0)
		(void)!go_on(c);
}

enum err
http_client_end(struct http_client *c)
{
	return finish(c, wait_for_all(c));
}

void
http_client_break(struct http_client *c)
{
	if (c->call != NULL)
		forget(c);
}

enum err
http_client_do(struct http_client *c, const struct http_call *call,
    struct http_reply *reply)
{
	const enum err e = http_client_begin(c, call, reply);

	return e == ERR_OK ? http_client_end(c) : e;
}
