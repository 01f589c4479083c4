import { describe } from 'vitest';
import { useExporter } from './exporter.ts';
import { killedInEveryLife } from './f01-exporter.ts';

/** Some seventy lives, one after the other: each needs what the one before has left. */
describe('killed at every write boundary, each in a life of its own', () => killedInEveryLife(useExporter()));
