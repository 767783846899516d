/** The check that maintenance mode adds: critical as long as it is there. It has no attempts, and no registration can ask for it. */
import { type CheckType, defineCheck } from './define-check.ts';

export const maintenanceCheck: CheckType = defineCheck<'maintenance'>({
  type: 'maintenance',
  kindFrom: () => undefined,
});
