import { notYet } from '#src/cli/installing/rollout.ts';
import { age } from '#src/cli/output/age.ts';
import { type CheckInput, type Judge, judged, rowOf, type Verdict, WELL, wrongWhere } from '../look.ts';
import { minorsApart } from '../version.ts';

/** The agent renews at 0.6 of a token's life: with a quarter left it has failed for a while. */
const LATE = 0.25;

export const AGENT_JUDGES: Readonly<Record<string, Judge>> = {
  TB010: ({ member: { agents } }) =>
    judged(agents, (found) => wrongWhere(found.length === 0 ? ['there is no Deployment of it'] : [])),

  TB011: ({ member: { agents } }) =>
    judged(agents, (found) =>
      wrongWhere(
        found.flatMap((deployment) => {
          const { namespace, name } = deployment.metadata;
          const why = notYet(deployment);
          return why === undefined ? [] : [`Deployment ${namespace}/${name}: ${why}`];
        }),
      ),
    ),

  TB012: skew,

  TB013: ({ member: { missingRights } }) =>
    judged(missingRights, (missing) => wrongWhere(missing.map((right) => `the agent may not ${right}`))),

  TB014: ({ member: { credential }, now }) =>
    judged(credential, (life) => {
      if (life === undefined) return { is: 'unknown', why: 'Secret tombolo-hub holds no token that ends' };
      const { issuedAt, expiresAt } = life;
      if (now >= expiresAt)
        return wrongWhere([`it has expired ${age(new Date(expiresAt).toISOString(), now)} ago`]);
      const left = (expiresAt - now) / (expiresAt - issuedAt);
      return left > LATE ? WELL : wrongWhere([`it expires at ${new Date(expiresAt).toISOString()}`]);
    }),
};

function skew({ member, hub, version }: CheckInput): Verdict {
  return judged(hub, (found) => {
    const { agentVersion } = rowOf(found, member) ?? {};
    if (agentVersion === undefined) return { is: 'unknown', why: 'the hub holds no report of the agent' };
    const apart = minorsApart(agentVersion, version);
    const line = `the agent is ${agentVersion}, this program ${version}`;
    return wrongWhere(apart !== undefined && apart > 1 ? [line] : []);
  });
}
