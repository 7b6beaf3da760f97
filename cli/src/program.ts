import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type CommandContext, type CommandHost, createContext, type GlobalOptions } from './command-context.ts';
import { addAgentCommands } from './commands/agents.ts';
import { addApplicationCommands } from './commands/applications.ts';
import { addDirectoryCommands } from './commands/directory.ts';
import { addExportCommands } from './commands/export.ts';
import { addPolicyCommands } from './commands/policies.ts';
import { addQueueCommands } from './commands/queue.ts';
import { addRecordingCommands } from './commands/recordings.ts';
import { addRoleCommands } from './commands/roles.ts';
import { addSessionCommands } from './commands/session.ts';
import { addSessionsCommands } from './commands/sessions.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { describeError, exitCodes } from './output/command-error.ts';

/** Adds commands to a parent. `context` is made when a command runs, not before: help needs no server. */
export type AddCommands = (parent: Command, host: CommandHost, context: () => CommandContext) => void;

export interface Program {
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}

export function createProgram(host: CommandHost): Program {
  return {
    async run(args) {
      const program = new Command('afterimage')
        .description('Operates an Afterimage deployment')
        .option('--server <url>', 'address of the console, instead of the one you signed in to')
        .option('--json', 'print JSON instead of text')
        .showHelpAfterError('Run with --help to see how it is used.')
        .exitOverride()
        .configureOutput({ writeOut: host.writeOut, writeErr: host.writeError });
      const context = () => createContext(host, program.opts<GlobalOptions>());
      for (const add of commandGroups) add(program, host, context);
      inherit(program);
      try {
        await program.parseAsync([...args], { from: 'user' });
        return exitCodes.done;
      } catch (error) {
        // Commander itself prints what its options refuse, not what a command refuses once it runs.
        if (error instanceof InvalidArgumentError) host.writeError(`${error.message}\n`);
        if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
        const { text, exitCode } = describeError(error);
        host.writeError(`${text}\n`);
        return exitCode;
      }
    },
  };
}

const commandGroups: readonly AddCommands[] = [
  addSessionCommands,
  addSessionsCommands,
  addRecordingCommands,
  addVerifyCommand,
  addExportCommands,
  addAgentCommands,
  addPolicyCommands,
  addRoleCommands,
  addDirectoryCommands,
  addApplicationCommands,
  addQueueCommands,
];

/** `--json` and `--server` may stand anywhere, as people type them. */
function inherit(program: Command): void {
  for (const group of program.commands) {
    group.copyInheritedSettings(program);
    for (const command of [group, ...group.commands]) {
      command.copyInheritedSettings(program);
      command.on('option:json', () => program.setOptionValue('json', true));
      command.on('option:server', (url: string) => program.setOptionValue('server', url));
      if (command.commands.length === 0)
        command.option('--json', 'print JSON instead of text').option('--server <url>', 'address of the console');
    }
  }
}
