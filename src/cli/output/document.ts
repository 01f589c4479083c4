import { stringify } from 'yaml';

/** The value as JSON or YAML, with a line feed at its end. */
export async function renderDocument(value: unknown, form: 'json' | 'yaml'): Promise<string> {
  if (form === 'json') return `${JSON.stringify(value, undefined, 2)}\n`;
  // Anchors are for documents that people write; lines are broken by terminals.
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** One object of several that are printed one after the other, so that `kubectl apply -f -` takes them all. */
export async function renderObject(object: unknown, form: 'json' | 'yaml'): Promise<string> {
  const text = await renderDocument(object, form);
  return form === 'yaml' ? `---\n${text}` : text;
}
