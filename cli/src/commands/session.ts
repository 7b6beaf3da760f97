import { getMe, type RouteResponse } from '@afterimage/contracts';
import { UsageError } from '../output/command-error.ts';
import type { AddCommands } from '../program.ts';
import { signIn } from '../session/sign-in.ts';
import { forgetSession, sessionFile, writeSession } from '../session/stored-session.ts';

export const addSessionCommands: AddCommands = (program, host, context) => {
  program
    .command('login')
    .description('signs you in with your browser')
    .action(async (_options, command) => {
      const server: unknown = command.optsWithGlobals().server ?? host.environment.AFTERIMAGE_SERVER;
      if (typeof server !== 'string') throw new UsageError('Name the console: `afterimage login --server URL`.');
      const show = (url: string) => host.writeError(`Open this address in your browser and sign in:\n\n${url}\n\n`);
      const origin = new URL(server).origin;
      writeSession(sessionFile(host.environment), await signIn(origin, Date.now, show));
      host.writeError('Signed in.\n');
    });
  program
    .command('logout')
    .description('forgets the sign-in')
    .action(() => forgetSession(sessionFile(host.environment)));
  program
    .command('whoami')
    .description('shows who is signed in, and with which roles')
    .action(async () => {
      const { api, print } = context();
      const textOf = ({ userName, isActive, roles }: RouteResponse<typeof getMe>) =>
        `${userName}: ${isActive ? roles.join(', ') || 'no roles' : 'not active in the directory, so no role counts'}\n`;
      print(await api(getMe, {}), textOf);
    });
};
