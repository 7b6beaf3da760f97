#!/usr/bin/env node
import { createProgram } from './program.ts';

process.exitCode = await createProgram({
  environment: process.env,
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
}).run(process.argv.slice(2));
