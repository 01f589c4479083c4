import { sha256 } from './digest.ts';
import type { Layer } from './layer.ts';
import type { Platform } from './platform.ts';
import { USER } from './skeleton.ts';

/** Media types of the OCI image format specification 1.1. */
export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export const ENTRYPOINT = ['/usr/bin/node', '/app/main.js'] as const;

/** How one blob names another. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { os: 'linux'; architecture: string };
  annotations?: Readonly<Record<string, string>>;
}

/** A blob and how it is named. */
export interface Blob {
  descriptor: Descriptor;
  bytes: Uint8Array;
}

/** What an image says of itself besides what is in it. */
export interface About {
  /** `org.opencontainers.image.*`. */
  labels: Readonly<Record<string, string>>;
  /** RFC 3339. */
  created: string;
}

export function blobOf(mediaType: string, bytes: Uint8Array): Blob {
  return { descriptor: { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.byteLength }, bytes };
}

function jsonBlob(mediaType: string, content: object): Blob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(content)));
}

/** The image of one platform: its manifest is the first blob, and all that it names follow. */
export function platformImage({ architecture }: Platform, layers: readonly Layer[], about: About): Blob[] {
  const packed = layers.map(({ blob }) => blobOf(MEDIA_TYPE.layer, blob));
  const config = jsonBlob(MEDIA_TYPE.config, {
    created: about.created,
    architecture,
    os: 'linux',
    config: {
      User: `${USER}:${USER}`,
      Env: ['PATH=/usr/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
      Entrypoint: ENTRYPOINT,
      WorkingDir: '/',
      Labels: about.labels,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: layers.map(({ title }) => ({ created: about.created, created_by: title })),
  });
  const manifest = jsonBlob(MEDIA_TYPE.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: config.descriptor,
    layers: packed.map(({ descriptor }) => descriptor),
    annotations: about.labels,
  });
  const named = { ...manifest.descriptor, platform: { os: 'linux', architecture } as const };
  return [{ ...manifest, descriptor: named }, config, ...packed];
}

/** One image for all platforms: an index of their manifests. */
export function multiPlatform(manifests: readonly Blob[], about: About): Blob {
  return jsonBlob(MEDIA_TYPE.index, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: manifests.map(({ descriptor }) => descriptor),
    annotations: about.labels,
  });
}
