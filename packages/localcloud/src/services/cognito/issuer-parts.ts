import type { GrantStore } from './grant-store.ts';
import type { DemoUser, Pool } from './pool-model.ts';
import type { SignInSessions } from './sign-in-sessions.ts';
import type { TokenSigner } from './token-signer.ts';
import type { UserStore } from './user-store.ts';

/** What the issuer's endpoints work with. */
export interface IssuerParts {
  /** Throws while the template has no pool. */
  pool(): Pool;
  users: UserStore;
  signer: TokenSigner;
  grants: GrantStore;
  sessions: SignInSessions;
  /** Offered on the sign-in page. */
  shownUsers: readonly DemoUser[];
  now(): number;
}
