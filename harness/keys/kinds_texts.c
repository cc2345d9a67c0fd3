/* kinds_texts.c: hosts, addresses, identifiers, log lines and bases; see kinds.h. */
#include <inttypes.h>
#include <string.h>

#include "contract/rng.h"
#include "kinds.h"

/* Random numbers are drawn one a statement: compilers evaluate arguments in any order. */

/* ---- what they share ---- */

static void G_GNUC_PRINTF(2, 3) say(struct text *t, const char *format, ...)
{
	char buffer[sizeof t->p];
	va_list args;

	va_start(args, format);
	int n = g_vsnprintf(buffer, sizeof buffer, format, args);
	va_end(args);
	text_add(t, buffer, MIN((size_t)n, sizeof buffer - 1));
}

static void
add(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

static void
lower(struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->p[i] = g_ascii_tolower(t->p[i]);
}

/* One of them; the first are likelier, as 1 / rank is. */
static const char *
one_of(const char *const *list, size_t n, uint64_t *rng)
{
	return list[rng_below(rng, rng_below(rng, n) + 1)];
}
#define ONE_OF(list, rng) one_of(list, G_N_ELEMENTS(list), rng)

static void *
begin_counter(uint64_t seed)
{
	(void)seed;
	return g_new0(uint64_t, 1);
}

/* ---- hosts ---- */

struct domain {
	struct text name; /* com.example */
	uint64_t hosts;   /* that are still to come */
};

static void *
begin_hosts(uint64_t seed)
{
	(void)seed;
	return g_new0(struct domain, 1);
}

static void
draw_domain(struct domain *d, uint64_t *rng)
{
	static const char *const tops[] = { "com", "net", "org", "de", "io", "uk.co",
		"jp.co", "fr", "ru", "br.com", "nl", "it", "au.com", "ca", "eu", "pl",
		"se", "ch", "cz", "dev", "app", "info", "biz", "cn.com", "in.co", "edu",
		"gov" };
	uint64_t tail = rng_next(rng) | 1u << 12;

	d->name.n = 0;
	add(&d->name, ONE_OF(tops, rng));
	add(&d->name, ".");
	names_word(&d->name, rng);
	if (names_chance(rng, 45)) {
		add(&d->name, names_chance(rng, 30) ? "-" : "");
		names_word(&d->name, rng);
	}
	/* Twice as many hosts, half as many domains. */
	d->hosts = 1 + rng_below(rng, (uint64_t)1 << g_bit_nth_lsf(tail, -1));
}

static void
draw_host(void *state, struct text *t, uint64_t *rng)
{
	static const char *const labels[] = { "www", "mail", "api", "ns1", "ns2", "cdn",
		"smtp", "blog", "dev", "shop", "staging", "img", "static", "m", "webmail",
		"autodiscover", "ftp", "vpn", "docs", "status", "support", "login",
		"portal", "test", "admin", "git", "media", "news", "store", "app", "auth",
		"cloud", "download", "files", "forum", "intranet", "jobs", "lists",
		"monitor", "mx1", "remote", "search", "video", "wiki" };
	static const char *const regions[] = { "us-east-1", "eu-west-1", "us-west-2",
		"ap-south-1", "eu-central-1", "prod", "internal", "corp" };
	struct domain *d = state;

	bool first = d->hosts == 0;
	if (first)
		draw_domain(d, rng);
	d->hosts--;
	*t = d->name;
	if (first && names_chance(rng, 60))
		return;
	if (names_chance(rng, d->hosts > 20 ? 70 : 8))
		say(t, ".%s", ONE_OF(regions, rng));
	uint64_t kind = rng_below(rng, 100) + (d->hosts > 50 ? 60 : 0);
	if (kind < 75) {
		say(t, ".%s", ONE_OF(labels, rng));
	} else if (kind < 90) {
		add(t, ".");
		names_word(t, rng);
	} else if (kind < 130) {
		unsigned number = (unsigned)rng_below(rng, 200);
		say(t, ".%s%u", ONE_OF(labels, rng), number);
	} else {
		unsigned last = (unsigned)rng_below(rng, 256);
		unsigned third = (unsigned)rng_below(rng, 256);
		say(t, ".ip-10-%u-%u-%u", (unsigned)rng_below(rng, 4), third, last);
	}
}

/* ---- emails ---- */

static void
draw_name_part(struct text *t, bool given, uint64_t *rng)
{
	if (names_chance(rng, 25))
		names_made_up(t, rng);
	else if (given)
		names_given(t, rng);
	else
		names_surname(t, rng);
}

static void
draw_local_part(struct text *t, uint64_t *rng)
{
	static const char *const between[] = { ".", "", ".", "_", ".", "-" };
	uint64_t kind = rng_below(rng, 100);

	if (kind < 10) {
		names_word(t, rng);
	} else if (kind < 25) {
		draw_name_part(t, true, rng);
	} else if (kind < 40) {
		draw_name_part(t, true, rng);
		t->n = MIN(t->n, 1);
		draw_name_part(t, false, rng);
	} else {
		draw_name_part(t, kind < 90, rng);
		add(t, between[rng_below(rng, G_N_ELEMENTS(between))]);
		draw_name_part(t, kind >= 90, rng);
	}
	if (names_chance(rng, 45))
		say(t, "%u",
			(unsigned)rng_below(rng, names_chance(rng, 50) ? 100 : 2010));
}

static void
draw_email(void *state, struct text *t, uint64_t *rng)
{
	static const char *const large[] = { "gmail.com", "yahoo.com", "hotmail.com",
		"outlook.com", "icloud.com", "aol.com", "gmx.de", "mail.ru", "web.de",
		"qq.com", "live.com", "msn.com", "orange.fr", "libero.it", "yahoo.co.uk",
		"wp.pl" };
	static const char *const tops[] = { "com", "org", "de", "net", "co.uk", "fr",
		"edu" };

	(void)state;
	draw_local_part(t, rng);
	add(t, "@");
	if (names_chance(rng, 75)) {
		add(t, ONE_OF(large, rng));
	} else {
		names_word(t, rng);
		if (names_chance(rng, 60))
			names_word(t, rng);
		say(t, ".%s", ONE_OF(tops, rng));
	}
	lower(t);
}

/* ---- identifiers ---- */

/* RFC 9562: 48 bits, the version and 12 bits, the variant and 62 bits. */
static void
add_uuid(
	struct text *t, uint64_t high48, unsigned version, uint64_t low12, uint64_t low62)
{
	uint64_t last = low62 >> 2 | (uint64_t)1 << 63;

	say(t, "%08x-%04x-%x%03x-%04x-%012" PRIx64, (unsigned)(high48 >> 16),
		(unsigned)(high48 & 0xffff), version, (unsigned)low12,
		(unsigned)(last >> 48), last & 0xffffffffffff);
}

static void
draw_uuid4(void *state, struct text *t, uint64_t *rng)
{
	uint64_t high = rng_next(rng);

	(void)state;
	add_uuid(t, high >> 16, 4, high & 0xfff, rng_next(rng));
}

/* One a millisecond or so, sometimes several. */
static void
draw_uuid7(void *state, struct text *t, uint64_t *rng)
{
	static const uint64_t first = 1767225600000; /* 2026-01-01 in milliseconds */
	uint64_t *ms = state, r = rng_next(rng);

	*ms += rng_below(rng, 3);
	add_uuid(t, first + *ms, 7, r & 0xfff, rng_next(rng));
}

struct hashed {
	GChecksum *sum;
	uint64_t seed, next;
};

static void *
begin_sha256(uint64_t seed)
{
	struct hashed *h = g_new(struct hashed, 1);

	*h = (struct hashed){ g_checksum_new(G_CHECKSUM_SHA256), seed, 0 };
	return h;
}

static void
draw_sha256(void *state, struct text *t, uint64_t *rng)
{
	struct hashed *h = state;
	struct text of = { .n = 0 };

	(void)rng;
	say(&of, "%" PRIu64 ":%" PRIu64, h->seed, h->next++);
	g_checksum_reset(h->sum);
	g_checksum_update(h->sum, (const guchar *)of.p, (gssize)of.n);
	add(t, g_checksum_get_string(h->sum));
}

static void
end_sha256(void *state)
{
	struct hashed *h = state;

	g_checksum_free(h->sum);
	g_free(h);
}

static void
draw_binary32(void *state, struct text *t, uint64_t *rng)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		uint64_t word = GUINT64_TO_LE(rng_next(rng));
		text_add(t, (const char *)&word, sizeof word);
	}
}

/* ---- logs ---- */

static void
add_address(struct text *t, uint64_t *rng)
{
	/* Few of them do most. */
	uint64_t who = rng_mix(rng_below(rng, rng_below(rng, 20000) + 1));

	say(t, "%u.%u.%u.%u", (unsigned)(who & 127) + 1, (unsigned)(who >> 8 & 255),
		(unsigned)(who >> 16 & 255), (unsigned)(who >> 24 & 255));
}

static void
add_message(struct text *t, uint64_t *rng)
{
	static const char *const paths[] = { "/", "/index.html", "/api/v1/items",
		"/login", "/static/app.js", "/favicon.ico", "/api/v1/users", "/search",
		"/robots.txt" };
	static const unsigned codes[] = { 200, 200, 200, 200, 304, 404, 301, 500 };
	unsigned pid = 300 + (unsigned)rng_below(rng, rng_below(rng, 32000) + 1);
	uint64_t kind = rng_below(rng, 100);

	if (kind < 55) {
		say(t, "nginx[%u]: ", pid % 8 + 900);
		add_address(t, rng);
		unsigned bytes = (unsigned)rng_below(rng, rng_below(rng, 90000) + 1);
		unsigned code = codes[rng_below(rng, G_N_ELEMENTS(codes))];
		say(t, " \"GET %s HTTP/1.1\" %u %u", ONE_OF(paths, rng), code, bytes);
	} else if (kind < 75) {
		say(t, "sshd[%u]: Failed password for ", pid);
		names_given(t, rng);
		add(t, " from ");
		add_address(t, rng);
		say(t, " port %u ssh2", 1024 + (unsigned)rng_below(rng, 64000));
	} else if (kind < 85) {
		say(t, "CRON[%u]: pam_unix(cron:session): session %s for user root", pid,
			kind & 1 ? "opened" : "closed");
	} else if (kind < 95) {
		unsigned us = (unsigned)rng_below(rng, 1000);
		say(t,
			"postgres[%u]: LOG:  duration: %u.%03u ms  statement: SELECT * "
			"FROM ",
			pid, (unsigned)rng_below(rng, 900), us);
		names_word(t, rng);
		say(t, " WHERE id = %u", (unsigned)rng_below(rng, 1000000));
	} else {
		say(t, "kernel: [%u.%06u] eth0: link becomes ready", pid,
			(unsigned)rng_below(rng, 1000000));
	}
}

/* A line each 20 milliseconds or so, from 2026-01-01 on. */
static void
draw_log(void *state, struct text *t, uint64_t *rng)
{
	uint64_t *ms = state;

	*ms += rng_below(rng, 41);
	unsigned s = (unsigned)(*ms / 1000), day = s / 86400;
	static const unsigned days_of[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	unsigned month = 0, year = 2026 + day / 365;
	for (day %= 365; day >= days_of[month]; month++)
		day -= days_of[month];
	say(t, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ host-%02u ", year, month + 1, day + 1,
		s / 3600 % 24, s / 60 % 60, s % 60, (unsigned)(*ms % 1000),
		(unsigned)rng_below(rng, rng_below(rng, 16) + 1));
	add_message(t, rng);
}

/* ---- kmers ---- */

enum { KMER = 31, FAMILIES = 64, FAMILY_BASES = 3000 };

struct genome {
	GString *bases;
	size_t next;      /* where the next k-mer begins */
	GString *repeats; /* FAMILIES of FAMILY_BASES each */
};

/* 41 of 100 are C or G. */
static char
base(uint64_t *rng)
{
	uint64_t r = rng_below(rng, 200);
	return r < 41 ? 'C' : r < 82 ? 'G' : r < 141 ? 'A' : 'T';
}

static void *
begin_kmers(uint64_t seed)
{
	struct genome *g = g_new(struct genome, 1);
	uint64_t rng = rng_mix(seed + 1);

	*g = (struct genome){ g_string_new(NULL), 0, g_string_new(NULL) };
	for (size_t i = 0; i < FAMILIES * FAMILY_BASES; i++)
		g_string_append_c(g->repeats, base(&rng));
	return g;
}

static void
end_kmers(void *state)
{
	struct genome *g = state;

	g_string_free(g->bases, TRUE);
	g_string_free(g->repeats, TRUE);
	g_free(g);
}

/* `n` bases of `from`, of which so many of 1,000 have mutated. */
static void
copy_bases(struct genome *g, const GString *from, size_t at, size_t n, unsigned mutated,
	uint64_t *rng)
{
	for (size_t i = 0; i < n; i++)
		g_string_append_c(g->bases,
			rng_below(rng, 1000) < mutated ? base(rng) : from->str[at + i]);
}

/* As in a mammal's: half is unique, most repeats are old copies of a few families, some
 * are tandems of a short unit, some parts were duplicated not long ago. */
static void
grow(struct genome *g, uint64_t *rng)
{
	uint64_t kind = rng_below(rng, 100);
	size_t n = 100 + rng_below(rng, 900), have = g->bases->len;

	if (kind < 40 || have < 4000) {
		for (size_t i = 0; i < n; i++)
			g_string_append_c(g->bases, base(rng));
	} else if (kind < 85) {
		size_t family = rng_below(rng, rng_below(rng, FAMILIES) + 1);
		size_t at = rng_below(rng, FAMILY_BASES - n);
		copy_bases(g, g->repeats, family * FAMILY_BASES + at, n,
			50 + (unsigned)(family * 150 / FAMILIES), rng);
	} else if (kind < 93) {
		size_t unit = 1 + rng_below(rng, 6);
		for (size_t i = 0; i < n / 10 + unit; i++)
			g_string_append_c(g->bases,
				i < unit ? base(rng) : g->bases->str[have + i - unit]);
	} else {
		copy_bases(g, g->bases, rng_below(rng, have - n), n, 20, rng);
	}
}

static void
draw_kmer(void *state, struct text *t, uint64_t *rng)
{
	struct genome *g = state;

	while (g->next + KMER > g->bases->len)
		grow(g, rng);
	text_add(t, g->bases->str + g->next++, KMER);
}

/* ---- the table ---- */

#define LINES(kind, begin_fn, draw_fn, end_fn)                                           \
	{                                                                                \
		.name = #kind, .format = DATASET_LINES, .begin = begin_fn,               \
		.draw = draw_fn, .end = end_fn,                                          \
	}
const struct key_kind text_kinds[] = {
	LINES(hosts, begin_hosts, draw_host, g_free),
	LINES(emails, begin_counter, draw_email, g_free),
	LINES(uuid4, begin_counter, draw_uuid4, g_free),
	LINES(uuid7, begin_counter, draw_uuid7, g_free),
	LINES(sha256, begin_sha256, draw_sha256, end_sha256),
	LINES(logs, begin_counter, draw_log, g_free),
	LINES(kmers, begin_kmers, draw_kmer, end_kmers),
	{
		.name = "binary32",
		.format = DATASET_LENGTHS,
		.begin = begin_counter,
		.draw = draw_binary32,
		.end = g_free,
		.fixed = 32,
	},
	{ 0 },
};
