import * as z from 'zod';

const configurationSchema = z.object({
  /** OpenID Connect issuer that people sign in with. */
  issuer: z.url(),
  clientId: z.string().min(1),
  scope: z.string().min(1),
});

export type Configuration = z.infer<typeof configurationSchema>;

/** Reads what the deployment wrote beside the bundle. */
export async function loadConfiguration(): Promise<Configuration> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  return configurationSchema.parse(await response.json());
}
