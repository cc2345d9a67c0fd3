/* test_nodes.c: the node template against a plain array of 256 slots, for one ref
 * width and set of kinds: built once each with -DREF_BYTES=4, 6, 8 and with
 * -DKINDS=1 (the four of the paper), 2 (exact fit), 3 (a Node32 added).
 *
 * Nodes grow to 256 children and shrink to none in turn, and after each step every
 * byte is looked up, the order is walked, the node checks itself, and the terminal
 * is where it was. Each node is a block of exactly its bytes, for the sanitizers. */
#include <stdlib.h>
#include <string.h>
#include "kit/check.h"
#include "contract/rng.h"

typedef struct {
	uint8_t byte[REF_BYTES];
} __attribute__((aligned(REF_BYTES == 6 ? 1 : REF_BYTES))) art_ref;

static inline bool
art_ref_none(art_ref r)
{
	static const art_ref none;
	return memcmp(&r, &none, sizeof r) == 0;
}

struct art_head {
	uint16_t word;
	uint8_t prefix[6];
};

enum { ART_READABLE = 0, ART_NODE_ALIGN = 8 };
#define ART_HEAD
#include "art/layout.h"

#if KINDS == 2
#define ART_KINDS(K) ART_KINDS_FIT(K)
#elif KINDS == 3
#define ART_KINDS(K)                                                                     \
	K(sorted, 4) K(sorted, 16) K(sorted, 32) K(indexed, 48) K(direct, 256)
#endif
#include "art/nodes.h"

enum { STEPS = 30000, TURN = 1500 };

static art_ref
ref_of(uint64_t v)
{
	art_ref r = { { 0 } };
	v = v << 8 | 1; /* never none */
	memcpy(&r, &v, REF_BYTES < sizeof v ? REF_BYTES : sizeof v);
	return r;
}

static bool
same(art_ref a, art_ref b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

static struct art_head *
make(unsigned kind, bool ends)
{
	struct art_head *h = calloc(1, node_bytes(kind, ends, 0));
	node_init(h, kind, ends);
	return h;
}

static struct art_head *
refit(struct art_head *h, unsigned kind)
{
	struct art_head *to = make(kind, h->word & ART_ENDS);
	node_refit(to, h, 0);
	free(h);
	return to;
}

static bool
agrees(const struct art_head *h, const uint64_t *model, unsigned n)
{
	unsigned at = 0;
	if (art_count(h) != n || node_check(h))
		return false;
	for (unsigned b = 0; b < 256; b++) {
		const art_ref *r = node_find(h, (uint8_t)b);
		if (!r != !model[b] || (r && !same(*r, ref_of(model[b]))))
			return false;
		if (model[b]) {
			art_ref *next;
			if (node_next(h, at, &next) != (int)b || next != r)
				return false;
			at = b + 1;
		}
	}
	art_ref *next;
	return node_next(h, at, &next) == -1;
}

static void
run(bool ends, uint64_t seed)
{
	uint64_t model[256] = { 0 };
	unsigned n = 0, kinds_seen = 0;
	struct art_head *h = make(0, ends);
	static const uint8_t prefix[6] = "prefix";
	memcpy(h->prefix, prefix, sizeof prefix);
	if (ends)
		*node_terminal(h) = ref_of(seed);
	for (int step = 0; step < STEPS; step++) {
		uint8_t b = (uint8_t)rng_next(&seed);
		bool grow = step / TURN % 2 == 0;
		bool willing = rng_below(&seed, 4) == 0;
		if (!model[b] && (grow || willing)) {
			if (art_count(h) == node_cap(h))
				h = refit(h, art_kind(h) + 1);
			model[b] = 1 + rng_below(&seed, 1 << 20);
			node_add(h, b, ref_of(model[b]));
			n++;
		} else if (model[b] && (!grow || willing)) {
			node_remove(h, b);
			model[b] = 0;
			n--;
			if (art_kind(h) && n <= art_kinds[art_kind(h) - 1].cap)
				h = refit(h, art_kind(h) - 1);
		}
		kinds_seen |= 1u << art_kind(h);
		if (!CHECK(agrees(h, model, n)))
			break;
	}
	CHECK(kinds_seen == (1u << ART_KIND_COUNT) - 1);
	CHECK(memcmp(h->prefix, prefix, sizeof prefix) == 0);
	CHECK(node_ends(h) == ends);
	free(h);
}

int
main(void)
{
	printf("%d-byte refs:", REF_BYTES);
	for (unsigned kind = 0; kind < ART_KIND_COUNT; kind++)
		printf(" Node%u %zu", art_kinds[kind].cap, node_bytes(kind, false, 0));
	printf(" bytes\n");
	run(false, 3);
	run(true, 4);
	return check_finish();
}
