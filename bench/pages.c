/*
 * pages: how many requests for one page a second two servers answer, in turns.
 *
 *	pages FILE PID URL PID URL
 *
 * Prints four numbers: requests a second of the first and of the second, then
 * microseconds of processor time a request.  Each is the median of ROUNDS short
 * rounds that alternate, so that what else the machine does falls on both.
 *
 * What is measured is the server, so the client must be the cheaper side: it
 * lets the system throw an answer's bytes away instead of copying them
 * (MSG_TRUNC, see tcp(7)), and counts them.  The first answer of a connection
 * and every WHOLE-th one is read, and its body must be FILE's.  Both servers
 * get one processor, the same, and the client another.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 16
#define ROUNDS 9
#define ROUND_S 0.5
#define WHOLE 64
#define ANSWER_MAX 65536

static char page[ANSWER_MAX];
static size_t page_n;

struct server {
	long pid;
	unsigned port;
	char request[512];
	size_t request_n;
	size_t answer_n; /* bytes of one */
	double rate[ROUNDS], cpu[ROUNDS];
};

struct conn {
	int fd;
	size_t came; /* of the answer under way */
	unsigned answers;
	char answer[ANSWER_MAX];
};

static void
stop(const char *why)
{
	fprintf(stderr, "pages: %s\n", why);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds that a process has run, as the scheduler counts them. */
static double
ran(long pid)
{
	char path[64], text[64] = "";
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%ld/schedstat", pid);
	if ((f = fopen(path, "r")) == NULL ||
	    fgets(text, sizeof(text), f) == NULL)
		stop("no processor time of a server");
	(void)fclose(f);
	return (double)strtoull(text, NULL, 10) / 1e9;
}

static void
pin(pid_t pid, int to)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((unsigned)to, &set);
	if (sched_setaffinity(pid, sizeof(set), &set) != 0)
		stop("a process cannot be bound to a processor");
}

static void
send_request(const struct server *s, int fd)
{
	if (send(fd, s->request, s->request_n, MSG_NOSIGNAL) !=
	    (ssize_t)s->request_n)
		stop("a request could not be sent");
}

static void
check(const char *answer, size_t n)
{
	if (strncmp(answer, "HTTP/1.1 200 ", 13) != 0 || n < page_n ||
	    memcmp(answer + n - page_n, page, page_n) != 0)
		stop("an answer is not the page");
}

/* The first answer: its length is that of all. */
static void
first_answer(struct server *s, struct conn *c)
{
	const char *end = NULL;
	size_t n = 0;
	ssize_t got;

	send_request(s, c->fd);
	while (end == NULL || n < (size_t)(end - c->answer) + 4 + page_n) {
		got = recv(c->fd, c->answer + n, ANSWER_MAX - 1 - n, 0);
		if (got <= 0)
			stop("the first answer broke off");
		n += (size_t)got;
		c->answer[n] = '\0';
		end = strstr(c->answer, "\r\n\r\n");
	}
	check(c->answer, n);
	s->answer_n = n;
}

static void
connect_to(struct server *s, struct conn *c)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)s->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	static const int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 ||
	    connect(c->fd, (const struct sockaddr *)&at, sizeof(at)) != 0)
		stop("no connection");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->came = 0;
	c->answers = 0;
	first_answer(s, c);
}

/* Some of an answer has come.  Is it whole? */
static bool
take(const struct server *s, struct conn *c)
{
	const bool read = c->answers % WHOLE == 0;
	ssize_t got = recv(c->fd, c->answer + c->came, s->answer_n - c->came,
	    MSG_DONTWAIT | (read ? 0 : MSG_TRUNC));

	if (got <= 0)
		stop("an answer broke off");
	if ((c->came += (size_t)got) < s->answer_n)
		return false;
	if (read)
		check(c->answer, c->came);
	c->came = 0;
	c->answers++;
	return true;
}

static void
measure(struct server *s, unsigned turn)
{
	static struct conn conns[CONNECTIONS];
	struct epoll_event events[CONNECTIONS];
	int all = epoll_create1(EPOLL_CLOEXEC);
	double began, before, took;
	unsigned long done = 0;

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		events[0] = (struct epoll_event){ .events = EPOLLIN,
			.data.ptr = &conns[i] };
		connect_to(s, &conns[i]);
		if (epoll_ctl(all, EPOLL_CTL_ADD, conns[i].fd, events) != 0)
			stop("no waiting");
	}
	before = ran(s->pid);
	began = now();
	for (unsigned i = 0; i < CONNECTIONS; i++)
		send_request(s, conns[i].fd);
	while ((took = now() - began) < ROUND_S) {
		int n = epoll_wait(all, events, CONNECTIONS, 1000);

		for (int i = 0; i < n; i++)
			if (take(s, events[i].data.ptr)) {
				done++;
				send_request(
				    s, ((struct conn *)events[i].data.ptr)->fd);
			}
	}
	s->rate[turn] = (double)done / took;
	s->cpu[turn] = (ran(s->pid) - before) / (double)done * 1e6;
	for (unsigned i = 0; i < CONNECTIONS; i++)
		(void)close(conns[i].fd);
	(void)close(all);
}

static int
less(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *of)
{
	qsort(of, ROUNDS, sizeof(*of), less);
	return of[ROUNDS / 2];
}

static void
server(struct server *s, const char *pid, const char *url)
{
	const char *colon = strrchr(url, ':'), *path;

	if (strncmp(url, "http://127.0.0.1:", 17) != 0 || colon == NULL ||
	    (path = strchr(colon, '/')) == NULL)
		stop("an address must be http://127.0.0.1:PORT/PATH");
	s->pid = strtol(pid, NULL, 10);
	s->port = (unsigned)strtoul(colon + 1, NULL, 10);
	s->request_n = (size_t)snprintf(s->request, sizeof(s->request),
	    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, s->port);
	if (s->pid <= 0 || s->request_n >= sizeof(s->request))
		stop("an address is too long, or no process");
}

int
main(int argc, char **argv)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	static struct server s[2];
	FILE *f;

	if (argc != 6 || (f = fopen(argv[1], "r")) == NULL)
		stop("see bench/pages.c");
	page_n = fread(page, 1, sizeof(page), f);
	(void)fclose(f);
	for (unsigned i = 0; i < 2; i++) {
		server(&s[i], argv[2 + 2 * i], argv[3 + 2 * i]);
		if (processors > 1)
			pin((pid_t)s[i].pid, 0);
	}
	if (processors > 1)
		pin(0, 1);
	for (unsigned turn = 0; turn < ROUNDS; turn++)
		for (unsigned i = 0; i < 2; i++)
			measure(&s[i], turn);
	printf("%.0f %.0f ", median(s[0].rate), median(s[1].rate));
	printf("%.1f %.1f\n", median(s[0].cpu), median(s[1].cpu));
	return 0;
}
