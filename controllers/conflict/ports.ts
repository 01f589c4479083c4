import type { ImportPort } from '#apis/multicluster/service-import.ts';
import type { ExportRecord } from './record.ts';

/** A port of the merged import and the exporter whose port it is. */
export interface MergedPort {
  readonly port: ImportPort;
  readonly supplier: ExportRecord;
}

/** A port that is in no part of the import, because the list would no longer be one that a Service may have. */
interface LeftOutPort {
  readonly port: ImportPort;
  readonly record: ExportRecord;
}

export interface MergedPorts {
  readonly merged: readonly MergedPort[];
  readonly leftOut: readonly LeftOutPort[];
  /** All exporters have equal ports, as sets. */
  readonly agreed: boolean;
}

/**
 * The union of all ports (SEMANTICS 3.3), walked oldest exporter first: a port is added if its name is new and
 * its (protocol, port) is new. The result is always a valid Service port list: where a Service has several
 * ports each needs a name, so an unnamed port joins nothing and nothing joins it; the older ones stay.
 */
export function mergePorts(ordered: readonly ExportRecord[]): MergedPorts {
  const merged: MergedPort[] = [];
  const leftOut: LeftOutPort[] = [];
  for (const record of ordered) {
    for (const port of record.ports) {
      if (merged.some((other) => sameName(other.port, port) || sameNumber(other.port, port))) continue;
      const needsNames = merged.length > 0;
      if (needsNames && (!port.name || merged.some((other) => !other.port.name)))
        leftOut.push({ port, record });
      else merged.push({ port, supplier: record });
    }
  }
  return { merged, leftOut, agreed: allEqual(ordered.map(portSet)) };
}

/** Two ports of records that clients cannot tell apart by name; to have none is a name, too. */
export function sameName(a: ImportPort, b: ImportPort): boolean {
  return a.name === b.name;
}

/** Two ports of records that are one on the wire. */
export function sameNumber(a: ImportPort, b: ImportPort): boolean {
  return a.port === b.port && a.protocol === b.protocol;
}

/** A port of a record, for people: `http 80/TCP`, `80/TCP (unnamed)`, `grpc 90/TCP (kubernetes.io/h2c)`. */
export function showPort({ name, protocol, appProtocol, port }: ImportPort): string {
  const number = `${port}/${protocol}`;
  const named = name ? `${name} ${number}` : `${number} (unnamed)`;
  return appProtocol ? `${named} (${appProtocol})` : named;
}

/** Equal for two exporters exactly where they have the same ports, in whatever order. */
function portSet({ ports }: ExportRecord): string {
  return ports.map(showPort).sort().join();
}

function allEqual(texts: readonly string[]): boolean {
  return texts.every((text) => text === texts[0]);
}
