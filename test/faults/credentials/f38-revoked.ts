import { expect, onTestFinished } from 'vitest';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { HUB_KINDS } from '#test/driver/hub-kinds.ts';
import { completePictures, picturesOfAll } from '#test/driver/of-all.ts';
import { pictureOf, uidsIn } from '#test/driver/picture.ts';
import { proxiedToHub } from '#test/driver/proxied.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasSeen, hasTakenOver } from '#test/driver/witness.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { Exchanged } from './exchange.ts';

/** The right to read one of the hub's kinds is taken away, and given back. */
export function revoked(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F38',
    'each kind in turn, and the agent starts meanwhile: 403 is never "empty", the other kinds go on',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const { proxy, kubeconfig } = await proxiedToHub(set(), 'shbt');
      onTestFinished(async () => {
        await set().hubAdmin.lets(HUB_KINDS);
        await set().restartAgent('shbt');
        await proxy.close();
      });
      await set().restartAgent('shbt', { hubKubeconfig: kubeconfig });
      const exchanged = new Exchanged(set, 'permitted');
      await exchanged.change();
      await exchanged.arrived();
      await exportsPlain(shbt, 'prod', 'own', '198.18.38.0');
      await zzzc.awaitAddresses('prod', 'own', 'shbt', ['198.18.38.0']);
      await set().settle('prod');
      for (const [n, kind] of HUB_KINDS.entries()) {
        const own = `198.18.38.${n + 1}`;
        const before = await completePictures(set(), 'prod');
        const from = set().agent('shbt').log.length;
        await set().hubAdmin.lets(HUB_KINDS.filter((other) => other !== kind));
        proxy.resetConnections();
        await hasSeen(set().agent('shbt'), 403, { kind, from });
        // Own endpoints need no hub; others' travel on, unless theirs is the kind, or the one by which a hub that was
        // lost says who it is: before that nothing of it is believed.
        await exportsPlain(shbt, 'prod', 'own', own);
        await shbt.awaitAddresses('prod', 'own', 'shbt', [own]);
        const shown = await exchanged.shown();
        await exchanged.change();
        if (kind !== exportedEndpointSlices && kind !== clusterSets) await exchanged.arrived();
        else expect(await exchanged.shown()).toEqual(shown);

        const agent = await set().restartAgent('shbt', { hubKubeconfig: kubeconfig });
        await hasSeen(agent, 403, { kind });
        for (const other of HUB_KINDS) if (other !== kind) await hasTakenOver(agent, other);
        expect(uidsIn(await pictureOf(shbt, 'prod'))).toMatchObject(uidsIn(before['shbt']));

        await set().hubAdmin.lets(HUB_KINDS);
        await exchanged.change();
        await exchanged.arrived();
        await set().settle('prod');
        const after = await picturesOfAll(set(), 'prod');
        for (const { id } of set().members) expect(uidsIn(after[id])).toMatchObject(uidsIn(before[id]));
        await zzzc.awaitAddresses('prod', 'own', 'shbt', [own]);
      }
      finding.records({ 'kinds forbidden in turn': HUB_KINDS.length });
    },
  );
}
