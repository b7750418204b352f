/* Entries and devices as they stand. */
#include <assert.h>
#include <string.h>

#include "team/teamlog_part.h"

/* The first name that it waits for; NULL. */
static const uint8_t *
waits_for(const struct teamlog *l, const struct item *it)
{
	for (size_t i = 0; i <= it->heads_n; i++) {
		const uint8_t *name = teamlog_edge(it, i);
		const struct item *on =
		    name == NULL ? NULL : teamlog_item(l, name);

		if (name != NULL && (on == NULL || !on->delivered))
			return name;
	}
	return NULL;
}

static void
show_waiting(
    const struct teamlog *l, const struct item *it, struct teamlog_line *line)
{
	const uint8_t *name = waits_for(l, it);

	if (name != NULL) {
		memcpy(line->waits_for, name, TEAMLOG_NAME_BYTES);
		line->lacks = teamlog_item(l, name) == NULL;
	}
	if (!it->checked || !it->device->named)
		line->standing = TEAMLOG_STRANGER;
	else
		line->standing =
		    name == it->previous ? TEAMLOG_GAP : TEAMLOG_CITES;
}

void
teamlog_line_of(
    const struct teamlog *l, const struct item *it, struct teamlog_line *line)
{
	*line = (struct teamlog_line){
		.hash = it->hash,
		.device = it->device->id,
		.role = MEMBER_VIEWER,
		.number = it->number,
		.lamport = it->lamport,
		.type = it->type,
		.kind = it->kind,
		.body = it->body,
		.body_len = it->body_len,
		.note = it->note,
		.note_len = it->note_len,
		.checked = it->checked,
		.twin = it->twin,
	};
	(void)teamlog_role_at(
	    it->device, it->number, &line->member, &line->role);
	if (it->bad_chain)
		line->standing = TEAMLOG_CHAIN;
	else if (it->bad_lamport)
		line->standing = TEAMLOG_LAMPORT;
	else if (it->delivered)
		line->standing = it->standing;
	else
		show_waiting(l, it, line);
}

size_t
teamlog_count(const struct teamlog *l)
{
	return l->n;
}

void
teamlog_at(struct teamlog *l, size_t i, struct teamlog_line *line)
{
	assert(i < l->n);
	teamlog_refresh(l);
	teamlog_line_of(l, l->items[i], line);
}

enum err
teamlog_find(struct teamlog *l, struct teamlog_line *line,
    const uint8_t name[static TEAMLOG_NAME_BYTES])
{
	const struct item *it = teamlog_item(l, name);

	if (it == NULL)
		return ERR_NOTHING;
	teamlog_refresh(l);
	teamlog_line_of(l, it, line);
	return ERR_OK;
}

enum err
teamlog_digest(struct teamlog *l, uint8_t out[static SHA256_BYTES])
{
	struct sha256 *h = sha256_open();

	if (h == NULL)
		return ERR_NOMEM;
	teamlog_refresh(l);
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i]->listed)
			sha256_add(h, l->items[i]->hash, SHA256_BYTES);
	sha256_end(h, out);
	sha256_close(h);
	return ERR_OK;
}

size_t
teamlog_devices(const struct teamlog *l)
{
	return l->devices_n;
}

static void
show_device(const struct device *d, struct teamlog_device *out)
{
	const uint64_t next = d->tip == NULL ? 0 : (uint64_t)d->tip->number + 1;
	const uint64_t *span = d->tip == NULL ? &d->fork : d->tip->span;

	*out = (struct teamlog_device){
		.id = d->id,
		.named = d->named,
		.next = next > UINT32_MAX ? UINT32_MAX : (uint32_t)next,
		.kept = d->kept,
		.waiting = d->kept - d->delivered,
	};
	if (d->tip != NULL)
		memcpy(out->tip, d->tip->hash, TEAMLOG_NAME_BYTES);
	/* Behind a branch that was not taken nothing is the tip. */
	out->forked = span == NULL || *span != NO_FORK;
	out->fork = span == NULL || *span == NO_FORK ? 0 : (uint32_t)*span;
}

void
teamlog_device_at(struct teamlog *l, size_t i, struct teamlog_device *device)
{
	assert(i < l->devices_n);
	teamlog_refresh(l);
	show_device(l->by_id[i], device);
}

enum err
teamlog_device(struct teamlog *l, struct teamlog_device *device,
    const uint8_t id[static DEVICE_ID_BYTES])
{
	const struct device *d = teamlog_device_known(l, id);

	if (d == NULL)
		return ERR_NOTHING;
	teamlog_refresh(l);
	show_device(d, device);
	return ERR_OK;
}
