import type { MemberRecords } from './hub-admin.ts';
import { completePictureOf, type Picture, pictureOf } from './picture.ts';
import type { TestSet } from './set.ts';

/** What every member shows of a namespace now, by member. */
export async function picturesOfAll(set: TestSet, namespace: string): Promise<Record<string, Picture>> {
  return byMember(set, async (id) => pictureOf(set.member(id), namespace));
}

/** The same, complete. */
export async function completePictures(set: TestSet, namespace: string): Promise<Record<string, Picture>> {
  return byMember(set, async (id) => completePictureOf(set.member(id), namespace));
}

/** What every member has on the hub of a namespace now, by member. */
export async function recordsOfAll(set: TestSet, namespace: string): Promise<Record<string, MemberRecords>> {
  return byMember(set, async (id) => set.hubAdmin.records(id, namespace));
}

/** A point in the audit log of every member, by member. */
export async function marksOfAll(set: TestSet): Promise<Record<string, number>> {
  return byMember(set, async (id) => set.cluster(id).audit.mark());
}

async function byMember<T>(set: TestSet, of: (id: string) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all(set.members.map(async ({ id }) => [id, await of(id)] as const)),
  );
}
