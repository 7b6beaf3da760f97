import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in bundles for the SDK's credential chain: Lambda gives credentials in the environment and nowhere else, and
 * the rest of the chain (SSO, profiles, instance metadata, web identity) weighs 95 KB in every function.
 */
export const defaultProvider = fromEnv;
