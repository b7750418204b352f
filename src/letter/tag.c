#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "letter/tag.h"

#define LABEL_TAG "sotto/1 tag"
#define LABEL_PARTS "sotto/1 parts"
#define LABEL_PART "sotto/1 part"
#define INFO_MAX 24U

static const char *const labels[TAG_KIND_COUNT] = {
	[TAG_FROM] = "sotto/1 from",
	[TAG_TO] = "sotto/1 to",
	[TAG_OWN] = "sotto/1 own",
};

void
tag_keys_init(struct tag_keys *t, const struct source *s)
{
	*t = (struct tag_keys){ .has = (1U << TAG_KIND_COUNT) - 1 };
	hkdf_init(&t->kinds[TAG_FROM], NULL, 0, s->root, sizeof s->root);
	t->kinds[TAG_OWN] = t->kinds[TAG_FROM];
	hkdf_init(&t->kinds[TAG_TO], NULL, 0, s->k, sizeof s->k);
}

void
tag_keys_init_to(struct tag_keys *t, const uint8_t k[static SOURCE_K_BYTES])
{
	*t = (struct tag_keys){ .has = 1U << TAG_TO };
	hkdf_init(&t->kinds[TAG_TO], NULL, 0, k, SOURCE_K_BYTES);
}

void
tag_keys_drop(struct tag_keys *t)
{
	wipe(t, sizeof *t);
}

void
tag_opening(uint8_t opening[static TAG_OPENING_BYTES], const struct tag_keys *t,
    enum tag_kind kind, uint32_t day, uint32_t slot)
{
	const size_t len = strlen(labels[kind]);
	uint8_t info[INFO_MAX];

	assert(slot < TAG_SLOTS && (t->has & 1U << kind) != 0);
	memcpy(info, labels[kind], len);
	enc_put_u32(info + len, day);
	enc_put_u32(info + len + 4, slot);
	hkdf_expand(&t->kinds[kind], info, len + 8, opening, TAG_OPENING_BYTES);
}

/* SHA-256(label || D), whole. */
static void
labelled(uint8_t out[static SHA256_BYTES], const char *label,
    const uint8_t opening[static TAG_OPENING_BYTES])
{
	sha256_two(out, label, strlen(label), opening, TAG_OPENING_BYTES);
}

void
tag_of(uint8_t tag[static TAG_BYTES],
    const uint8_t opening[static TAG_OPENING_BYTES])
{
	uint8_t hash[SHA256_BYTES];

	labelled(hash, LABEL_TAG, opening);
	memcpy(tag, hash, TAG_BYTES);
	wipe(hash, sizeof hash);
}

void
tag_at(uint8_t tag[static TAG_BYTES], const struct tag_keys *t,
    enum tag_kind kind, uint32_t day, uint32_t slot)
{
	uint8_t opening[TAG_OPENING_BYTES];

	tag_opening(opening, t, kind, day, slot);
	tag_of(tag, opening);
	wipe(opening, sizeof opening);
}

size_t
tag_index(uint32_t i, enum tag_kind kind, uint32_t slot)
{
	return (size_t)i * TAG_DAY_COUNT + (size_t)kind * TAG_SLOTS + slot;
}

void
tag_all(uint8_t (*tags)[TAG_BYTES], const struct tag_keys *t, uint32_t first,
    uint32_t days)
{
	for (uint32_t i = 0; i < days; i++)
		for (unsigned kind = 0; kind < TAG_KIND_COUNT; kind++)
			for (uint32_t s = 0; s < TAG_SLOTS; s++)
				tag_at(tags[tag_index(i, kind, s)], t, kind,
				    first + i, s);
}

static bool
is_there(const uint8_t *bits, size_t i)
{
	return (bits[i / 8] >> i % 8 & 1) != 0;
}

uint32_t
tag_slot_free(const uint8_t *bits, uint32_t i, enum tag_kind kind)
{
	uint32_t s = 0;

	while (s < TAG_SLOTS && is_there(bits, tag_index(i, kind, s)))
		s++;
	return s;
}

uint32_t
tag_slot_above(const uint8_t *bits, uint32_t i, enum tag_kind kind)
{
	uint32_t s = TAG_SLOTS;

	while (s > 0 && !is_there(bits, tag_index(i, kind, s - 1)))
		s--;
	return s;
}

size_t
tag_there(struct tag_place *out, size_t max, const uint8_t *bits,
    const struct tag_range *range)
{
	size_t all = 0;

	for (uint32_t i = range->days; i-- > 0;)
		for (uint32_t at = TAG_DAY_COUNT; at-- > 0;) {
			const enum tag_kind kind = at % TAG_KIND_COUNT;
			const uint32_t slot = at / TAG_KIND_COUNT;
			const size_t index = tag_index(i, kind, slot);

			if ((range->kinds & 1U << kind) == 0 ||
			    !is_there(bits, index))
				continue;
			if (all >= range->skip && all - range->skip < max)
				out[all - range->skip] =
				    (struct tag_place){ .kind = kind,
					    .day = range->first + i,
					    .slot = slot,
					    .index = index };
			all++;
		}
	return all;
}

void
tag_parts(uint8_t parts[static TAG_PARTS_BYTES],
    const uint8_t opening[static TAG_OPENING_BYTES])
{
	labelled(parts, LABEL_PARTS, opening);
}

void
tag_part(uint8_t tag[static TAG_BYTES],
    const uint8_t parts[static TAG_PARTS_BYTES], uint32_t j)
{
	uint8_t of[TAG_PARTS_BYTES + 4], hash[SHA256_BYTES];

	memcpy(of, parts, TAG_PARTS_BYTES);
	enc_put_u32(of + TAG_PARTS_BYTES, j);
	sha256_two(hash, LABEL_PART, sizeof LABEL_PART - 1, of, sizeof of);
	memcpy(tag, hash, TAG_BYTES);
	wipe(of, sizeof of);
	wipe(hash, sizeof hash);
}
