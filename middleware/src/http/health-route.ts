/** `/livez`: the process answers. `/readyz`: the store can be reached and the door is open; not "Microsoft answers". */
import { Router } from 'express';

import { sayStatus } from './answers.ts';

export function healthRoute(ready: () => Promise<boolean>): Router {
  const route = Router();
  route.get('/livez', (_request, response) => sayStatus(response, 200));
  route.get('/readyz', async (_request, response) => {
    const isReady = await ready().catch(() => false);
    sayStatus(response, isReady ? 200 : 503);
  });
  return route;
}
