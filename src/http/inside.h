/*
 * inside: what the files of the server share, and nobody else sees.
 *
 * A connection is ours until the head of its first request has come whole; we
 * look at it without taking it, choose a pool, and give the connection to
 * libmicrohttpd.  It has one request at a time, whose state lies in it.
 */
#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include "http/head.h"
#include "http/loop.h"
#include "http/mhd.h"
#include "http/server.h"

#define CONN_SINK_MAX (64U * 1024) /* read and forgotten to keep the peace */
#define CONN_LATE_MAX (64U * 1024 * 1024) /* after an early answer */
#define CONN_HEADERS_MAX 8U

enum phase {
	PHASE_PEEK, /* ours: the first head is not whole */
	PHASE_HEAD, /* between requests, or in a head */
	PHASE_BODY,
	PHASE_WORK, /* the handler has all and has not answered */
	PHASE_ANSWER
};

struct conn {
	struct conn *next, *prev;
	struct http_server *server;
	int fd;
	struct MHD_Connection *mhd; /* NULL: ours */
	bool big, reserved; /* counted in big_n, reserved_n */
	enum phase phase;
	bool served; /* at least one request was */
	bool ends; /* the client sends no more than what it has sent */
	uint64_t since, moved; /* the window in which bytes are counted */
	uint64_t before; /* bytes of the window before this one */
	bool windows; /* there was one */
	uint64_t paused; /* when it began to wait; that time does not count */
	uint64_t swept; /* `moved` at the last sweep */
	uint64_t allowed; /* ms for this answer; 0: counted by bytes */

	/* The request. */
	struct http_request r;
	bool seen; /* its headers were */
	bool begun; /* `begin` was called, `gone` will be */
	bool ended; /* the body is whole */
	bool answered;
	bool early; /* the answer was written past libmicrohttpd */
	bool cut;
	bool inside; /* a call of libmicrohttpd is under way */
	bool waiting; /* suspended */
	bool woken; /* http_resume() while inside */
	bool close_after;
	bool shared; /* the response is one of the server's constant ones */
	uint64_t take, taken;
	uint64_t due; /* when the answer may leave; 0: now */
	struct http_timer timer;
	struct MHD_Response *response;
	unsigned status;
	size_t (*give)(
	    void *with, struct http_request *r, uint8_t *out, size_t room);
	unsigned headers_n;
	const char *headers[CONN_HEADERS_MAX][2];
	bool long_target;
	char target[HTTP_TARGET_MAX + 1];
};

/* A constant answer, made once. */
struct fixed {
	const void *p;
	size_t n;
	const char *type;
	unsigned status;
	struct MHD_Response *response;
};
#define FIXED_MAX 32U

#define DAEMONS 2 /* small pools, big pools */
#define LISTENERS 4U

struct http_server {
	struct http_handler handler;
	void *with;
	unsigned max, uploads_max;
	size_t arena;
	uint64_t slow_ms;
	bool bare;
	char machine[32];
	char names[HTTP_NAMES_MAX][HTTP_NAME_MAX];
	size_t names_n;
	struct loop loop;
	struct MHD_Daemon *daemon[DAEMONS];
	bool run[DAEMONS]; /* has work */
	struct conn **by_fd; /* LOOP_FD_MAX of them */
	struct conn *conns;
	unsigned conns_n, reserved_n, big_n, uploads_n, requests_n;
	int listener[LISTENERS];
	unsigned listeners;
	bool draining, deaf; /* deaf: out of descriptors for now */
	/* This round came upon more than requests for constant pages: the stack
	 * may hold words. */
	bool words;
	struct http_timer sweep;
	struct fixed fixed[FIXED_MAX];
	unsigned fixed_n;
	char *peek; /* HEAD_PEEK_MAX */
};

/* conn.c: connections before and around their requests. */
void conn_accept(struct http_server *s, int listener);
void conn_cut(struct conn *c);
void conn_sweep(struct http_server *s);
void conn_started(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode what);
/* If the client ended its side in the middle of a body, and all that came was
 * read, say so: libmicrohttpd only closes the connection when it comes to see
 * the end.  Not before, because an answer to a client that has gone altogether
 * makes the system forget what was not read. */
void conn_ended(struct conn *c);
/* Suspend a connection, and go on with it. */
void conn_wait(struct conn *c);
void conn_wake(struct conn *c);
/* Begin to count bytes anew. */
void conn_count(struct conn *c);
/* There is no place of this kind for another: end the slowest of those that
 * have one, send a body and move less than HTTP_PLACE_BYTES a second; its place
 * is free at once.  False when all are fast, or too young to be judged. */
enum place { PLACE_CONN, PLACE_RESERVED, PLACE_UPLOAD };
bool conn_end_slowest(struct http_server *s, enum place place);

/* ask.c: the calls of libmicrohttpd about a request. */
void *ask_target(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result ask_more(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **request);
void ask_over(void *cls, struct MHD_Connection *mhd, void **request,
    enum MHD_RequestTerminationCode how);

/* answer.c: write an answer on the bare socket and end its sending side. */
void answer_raw(const struct http_server *s, int fd, unsigned status,
    const char *type, const void *p, size_t n);
void answer_raw_say(
    const struct http_server *s, int fd, unsigned status, const char *sentence);

#endif
