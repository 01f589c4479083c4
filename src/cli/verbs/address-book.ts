import { serviceImports } from '#apis/multicluster/service-import.ts';
import {
  type AddressBook,
  addressBook,
  BOOK_COLUMNS,
  mergedEntries,
  type Nameless,
} from '#controllers/view/address-book.ts';
import { describeNameless, type IStatefulSet, statefulSets } from '#controllers/view/nameless.ts';
import { peerList } from '#controllers/view/peers.ts';
import { asError } from '#src/runtime/errors.ts';
import { askEach, listAll } from '../clusters/reading.ts';
import type { Target } from '../clusters/targets.ts';
import { Exit } from '../exit.ts';
import { type GetOptions, PEER_FORMS } from '../get-options.ts';
import { renderDocument } from '../output/document.ts';
import { print, say } from '../output/print.ts';
import { renderTable } from '../output/table.ts';
import { finish, namespacesOf, placeColumns } from './finish.ts';
import { importedSlices, type Query, selection } from './listings.ts';

/** Prints the address book of the clusters, or a list of peers made of it. Throws an Exit as `get` does. */
export async function showBook(targets: readonly Target[], query: Query, options: GetOptions): Promise<void> {
  const { output = 'table' } = options;
  const { answered, failed } = await askEach(targets, (target) =>
    readBook(target, query, options.clustersetDomain),
  );
  const items = answered.flatMap(({ target: { context }, value }) =>
    value.book.entries.map((entry) => ({ context, ...entry })),
  );
  const form = PEER_FORMS.find((one) => one === output);
  if (form !== undefined) {
    const list = peerList(form, mergedEntries(items), options.port);
    if ('problem' in list) throw new Exit(2, [list.problem]);
    await print(list.text);
  } else if (output === 'json' || output === 'yaml') await print(await renderDocument({ items }, output));
  else if (output === 'name') await print(items.map(({ name }) => `${name}\n`).join(''));
  else {
    const columns = [...placeColumns(targets, query.allNamespaces), ...BOOK_COLUMNS];
    await print(renderTable(columns, items, { wide: output === 'wide', now: Date.now() }));
  }
  for (const { value } of answered) for (const warning of value.warnings) say(`warning: ${warning}`);
  const where = query.allNamespaces ? '' : ` in ${namespacesOf(targets)}`;
  const kind = query.name === undefined ? 'names of pods' : 'headless Service with names of pods';
  finish({ failed, found: items.length, kind, name: query.name, where });
}

async function readBook(
  target: Target,
  query: Query,
  domain: string,
): Promise<{ book: AddressBook; warnings: string[] }> {
  const [slices, imports] = await Promise.all([
    importedSlices(target, query),
    listAll(target, serviceImports, selection(target, { ...query, selector: undefined })),
  ]);
  // Behind a clusterset IP pods have no names that DNS answers.
  const headless = new Set(
    imports.filter(({ spec }) => spec.type === 'Headless').map(({ metadata }) => metadata.uid),
  );
  const owned = slices.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => headless.has(uid)),
  );
  const book = addressBook(owned, domain);
  const warnings = await Promise.all(
    book.nameless.map(async (found) => describeNameless(found, await statefulSetsOf(target, found))),
  );
  return { book, warnings };
}

/** Undefined where the pods are another cluster's, or where what they belong to may not be read: a hint is lost, no more. */
async function statefulSetsOf(
  target: Target,
  { namespace, pods }: Nameless,
): Promise<IStatefulSet[] | undefined> {
  if (pods.length === 0) return undefined;
  try {
    return await listAll(target, statefulSets, { namespace });
  } catch (error) {
    say(`warning: ${asError(error).message}`);
    return undefined;
  }
}
