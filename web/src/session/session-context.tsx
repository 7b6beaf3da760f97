import type { ApiClient } from '@afterimage/contracts';
import { createContext, useContext } from 'react';
import type { Session, SignedIn } from './session.ts';

export interface SignedInContext {
  session: Session;
  person: SignedIn;
  /** False: the directory calls the person inactive, and no role counts. */
  isActive: boolean;
  roles: readonly string[];
  api: ApiClient;
}

const Context = createContext<SignedInContext | undefined>(undefined);

export const SignedInProvider = Context.Provider;

/** For everything that is shown only to people who are signed in. */
export function useSignedIn(): SignedInContext {
  const value = useContext(Context);
  if (value === undefined) throw new Error('used outside of SignedInProvider');
  return value;
}
