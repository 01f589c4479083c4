import { describe } from 'vitest';
import { useExporter } from './exporter.ts';
import { killedByEachWrite } from './f01-exporter.ts';
import { lostReplies } from './f02-lost-replies.ts';

describe('whatever an agent’s writes meet, nothing exported is removed anywhere, and nothing is left over', () => {
  const exporter = useExporter();
  killedByEachWrite(exporter);
  lostReplies(exporter);
});
