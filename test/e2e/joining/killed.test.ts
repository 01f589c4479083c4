import { describe } from 'vitest';
import { becomeMembers, joinsThoughKilled, leavesThoughKilled } from './lives.ts';
import { useStage } from './stage.ts';

/** A half-done join that cannot be repeated has cost others their users: https://github.com/karmada-io/karmada/issues/4987 */
describe('join and leave are killed after every single change that they make', () => {
  const stage = useStage();

  // The token, Namespace, Secret, the invitation, CRDs, ServiceAccount, roles, policies, ConfigMap, Deployment.
  joinsThoughKilled(stage, 'join finishes, run again', { atLeast: 19 });

  becomeMembers(stage);

  leavesThoughKilled(stage, 'leave finishes, run again, and the other member deletes nothing else', {
    atLeast: 33,
  });
});
