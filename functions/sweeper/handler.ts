import { composeSweeper } from '../_runtime/composition/sweeper.ts';
import { scheduled } from '../_runtime/triggers/scheduled.ts';
import { sweep } from './sweep.ts';

const dependencies = composeSweeper();

export const handler = scheduled('sweeper', () => sweep(dependencies));
