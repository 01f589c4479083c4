import { ConfigError } from '#src/config/error.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { askEach } from '../clusters/reading.ts';
import { openTargets, type Target } from '../clusters/targets.ts';
import type { GetOptions, Kind } from '../get-options.ts';
import { renderDocument } from '../output/document.ts';
import { print } from '../output/print.ts';
import { renderTable } from '../output/table.ts';
import { showBook } from './address-book.ts';
import { finish, namespacesOf, placeColumns } from './finish.ts';
import {
  clusters,
  endpoints,
  exports,
  exportsSeenFrom,
  imports,
  type Listing,
  type Query,
} from './listings.ts';

/** Prints the objects of a kind as the clusters show them. Throws an Exit where a cluster gave no answer. */
export async function get(kind: Kind, name: string | undefined, options: GetOptions): Promise<void> {
  const targets = openTargets(kind === 'clusters' ? onlyHub(options) : options, systemClock());
  try {
    const query: Query = { name, allNamespaces: options.allNamespaces === true, selector: options.selector };
    switch (kind) {
      case 'clusters':
        return await show(clusters, targets.members, query, options);
      case 'exports':
        return await show(
          targets.hub === undefined ? exports : exportsSeenFrom(targets.hub),
          targets.members,
          query,
          options,
        );
      case 'imports':
        return await show(imports, targets.members, query, options);
      case 'endpoints':
        return options.names
          ? await showBook(targets.members, query, options)
          : await show(endpoints, targets.members, query, options);
    }
  } finally {
    await targets.close();
  }
}

/** Clusters are asked of the hub alone: the one that is named so, or else the one context; no other need be usable. */
function onlyHub({ hubContext, ...rest }: GetOptions): GetOptions {
  if (hubContext !== undefined) return { ...rest, context: [hubContext] };
  if (rest.context.length < 2) return rest;
  throw new ConfigError(['clusters are known to the hub: name its context with --hub-context']);
}

async function show<Row extends { namespace?: string; created: string | undefined }>(
  listing: Listing<Row>,
  targets: readonly Target[],
  query: Query,
  options: GetOptions,
): Promise<void> {
  const { answered, failed } = await askEach(targets, (target) => listing.read(target, query));
  const items = answered.flatMap(({ target: { context }, value }) =>
    value.map((row) => ({ context, ...row })),
  );
  const { output = 'table' } = options;
  if (output === 'json' || output === 'yaml') await print(await renderDocument({ items }, output));
  else if (output === 'name') await print(items.map((row) => `${listing.nameOf(row)}\n`).join(''));
  else {
    const columns = [...placeColumns(targets, listing.namespaced && query.allNamespaces), ...listing.columns];
    await print(renderTable(columns, items, { wide: output === 'wide', now: Date.now() }));
  }
  const where = !listing.namespaced || query.allNamespaces ? '' : ` in ${namespacesOf(targets)}`;
  finish({ failed, found: items.length, kind: listing.kind, name: query.name, where });
}
