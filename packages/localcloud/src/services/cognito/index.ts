import type { Kernel, ResourceProvider } from '../../kernel/types.ts';
import { BodyTooLargeError, type WebRequest, type WebResponse } from '../web/web-exchange.ts';
import { GrantStore } from './grant-store.ts';
import { answerIssuer } from './issuer.ts';
import { messagePage } from './pages.ts';
import type { DemoUser } from './pool-model.ts';
import { type PoolHolder, poolProviders } from './pool-providers.ts';
import { SignInSessions } from './sign-in-sessions.ts';
import { TokenSigner } from './token-signer.ts';
import { UserStore } from './user-store.ts';

export type { DemoUser } from './pool-model.ts';

export interface CognitoOptions {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  /** Created, or brought up to date, at every start. */
  demoUsers: readonly DemoUser[];
  /** Offers the demo users by name on the sign-in page. */
  showDemoUsers: boolean;
}

export interface Cognito {
  providers: ResourceProvider[];
  /** Answers what is under `/oidc/`. */
  handle(request: WebRequest): Promise<WebResponse>;
}

/** Plays a Cognito user pool as an OIDC issuer: code flow with PKCE, tokens with Cognito's claims. */
export function createCognito(kernel: Kernel, options: CognitoOptions): Cognito {
  const holder: PoolHolder = { pool: undefined };
  const users = new UserStore(kernel.database);
  for (const user of options.demoUsers) users.put(user);
  const parts = {
    pool() {
      if (!holder.pool) throw new Error('The template has no user pool');
      return holder.pool;
    },
    users,
    signer: new TokenSigner(kernel.database),
    grants: new GrantStore(kernel),
    sessions: new SignInSessions(kernel.now),
    shownUsers: options.showDemoUsers ? options.demoUsers : [],
    now: kernel.now,
  };
  return {
    providers: poolProviders(holder, options.endpoint),
    handle: async (request) => {
      if (!holder.pool) return messagePage(404, 'Not found', 'The template has no user pool.');
      return answerIssuer(parts, request).catch((error: unknown) => refuseLargeForm(error));
    },
  };
}

function refuseLargeForm(error: unknown): WebResponse {
  if (!(error instanceof BodyTooLargeError)) throw error;
  return messagePage(413, 'Too large', 'The form is larger than any that this page sends.');
}
