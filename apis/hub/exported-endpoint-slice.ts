import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import type { AddressType, EndpointPort } from '../kubernetes/endpoint-slice.ts';
import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import { typed, type Untyped } from '../typed.ts';
import type { Asserted } from './asserted.ts';

/** What a member publishes about one EndpointSlice. Named `<namespace>.<service>.<slice hash>`. */
export interface IExportedEndpointSlice extends KubeObject {
  spec: {
    addressType: AddressType;
    ports: EndpointPort[];
    /** UID and generation of the source slice: readers never go back to a lower generation of one UID. */
    source: { uid: string; generation: number };
    /** One line an endpoint: `198.18.1.7 RSt hostname=db-0 zone=zone-a` (DESIGN.md 2). */
    endpoints: string[];
    asserted: Asserted;
  };
}

export const exportedEndpointSlices: Resource<IExportedEndpointSlice> = {
  group: 'hub.tombolo.dev',
  version: 'v1alpha1',
  plural: 'exportedendpointslices',
  kind: 'ExportedEndpointSlice',
  namespaced: true,
};

/** Builds a complete ExportedEndpointSlice from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class ExportedEndpointSlice
  extends Model<IExportedEndpointSlice>
  implements IExportedEndpointSlice, TypeMeta
{
  static readonly apiVersion = apiVersionOf(exportedEndpointSlices);
  static readonly kind = exportedEndpointSlices.kind;
  static readonly is = createTypeMetaGuard<IExportedEndpointSlice & TypeMeta>(ExportedEndpointSlice);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec: IExportedEndpointSlice['spec'];

  constructor(data: Untyped<IExportedEndpointSlice>) {
    super(typed(exportedEndpointSlices, data));
  }
}

/** The record's name for one slice of a service. `sliceHash` is a lower-case base32hex string. */
export function exportedSliceName(namespace: string, service: string, sliceHash: string): string {
  return `${namespace}.${service}.${sliceHash}`;
}

/** Takes a record's name apart; undefined where it does not have exactly three parts. */
export function parseExportedSliceName(
  name: string,
): { namespace: string; service: string; sliceHash: string } | undefined {
  const [namespace, service, sliceHash, ...rest] = name.split('.');
  if (!namespace || !service || !sliceHash || rest.length > 0) return undefined;
  return { namespace, service, sliceHash };
}
