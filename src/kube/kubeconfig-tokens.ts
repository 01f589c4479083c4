import { isMap, isSeq, parseDocument } from 'yaml';

/**
 * A kubeconfig with other tokens: `instead` is asked for each that stands in it, and undefined leaves it. All else,
 * comments included, stays. Undefined where nothing changes, or where the text is no kubeconfig.
 */
export function replaceTokens(
  text: string,
  instead: (token: string) => string | undefined,
): string | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const users = document.get('users');
  if (!isSeq(users)) return undefined;
  let changed = false;
  for (let index = 0; index < users.items.length; index++) {
    const path = ['users', index, 'user', 'token'];
    const token: unknown = document.hasIn(path) ? document.getIn(path) : undefined;
    const other = typeof token === 'string' ? instead(token) : undefined;
    if (other === undefined || other === token) continue;
    document.setIn(path, other);
    changed = true;
  }
  return changed ? document.toString({ lineWidth: 0 }) : undefined;
}
